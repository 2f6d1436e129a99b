/* Data sets by name: the built-in digits, and what is in the data-set folder. */
#ifndef DATA_CATALOGUE_H
#define DATA_CATALOGUE_H

#include "data/sources/source.h"

/* One line of the Dataset panel. */
struct catalogue_entry {
    char name[128];       /* what --dataset takes; an entry with a longer name has it cut, and is not readable */
    char path[PATH_SIZE]; /* "" for the built-in digits */
    bool looked;          /* what follows is known */
    bool readable;
    struct dataset_info info; /* counts and shape when readable; class_names is NULL */
    char problem[sizeof((struct error *)0)->text]; /* why it is not readable, in words */
};

struct catalogue {
    int count;
    struct catalogue_entry *entries;
};

/* "digits" first, then the folder's entries by name; nothing but the digits is opened, and no file is asked what it is
 * (data/inspect.h does both). A missing folder counts as empty; one that cannot be read is an error. catalogue_free()
 * it. */
bool catalogue_list(struct catalogue *c, struct error *e);
bool catalogue_begin(struct catalogue *c, struct error *e); /* the digits alone, which need no folder */
void catalogue_free(struct catalogue *c);

/* Opens a data set by a name of the catalogue, else by path ("~/" is understood), as source_open() does. Images are
 * read into memory when they need less than `memory_limit` bytes; `progress` as in source_memory_load(),
 * and while a tree is listed. NULL with an error, which for an unknown name lists the known ones; source_close() it. */
struct source *catalogue_open(const char *name_or_path, const struct source_wish *wish, uint64_t memory_limit,
                              bool (*progress)(void *context, double done), void *context, struct error *e);

/* Would its images be held in memory, then? */
bool catalogue_fits(const struct dataset_info *info, uint64_t memory_limit);

/* Writes what means the same from any folder: a name of the catalogue as it is, a path as an absolute one. */
bool catalogue_absolute(const char *name_or_path, char *out, size_t size, struct error *e);

/* The path of a data set: that of a name of the catalogue, else the one that was given, as it is typed. */
bool catalogue_path(const char *name_or_path, char out[PATH_SIZE], struct error *e);

bool catalogue_is_builtin(const char *name); /* the digits */

/* Opens one data set, which reads headers and no image, and closes it again. `info` has no class names. */
bool catalogue_look(const char *name_or_path, const struct source_wish *wish, struct dataset_info *info,
                    struct error *e);

#endif
