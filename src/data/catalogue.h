/* Data sets by name: the built-in digits, and whatever lies in the data-set folder. */
#ifndef DATA_CATALOGUE_H
#define DATA_CATALOGUE_H

#include "data/sources/source.h"

/* One line of the Dataset panel. */
struct catalogue_entry {
    char name[128];       /* what --dataset takes; a longer one, cut, is of an entry that is not readable */
    char path[PATH_SIZE]; /* "" for the built-in digits */
    bool readable;
    struct dataset_info info; /* counts and shape when readable; class_names is NULL */
    char problem[160];        /* why it is not readable, in words */
};

struct catalogue {
    int count;
    struct catalogue_entry *entries;
};

/* "digits" first, then the folder's entries by name. An absent folder is an empty one, one that cannot be read an
 * error. Opening is a cheap look for every format (headers only). catalogue_free() it. */
bool catalogue_read(struct catalogue *c, struct error *e);
void catalogue_free(struct catalogue *c);

/* Opens a data set by name or path: a name of the catalogue, else a path ("~/" understood). Images come into memory
 * when they take less than `memory_limit` bytes. The error for an unknown name lists those there are. */
struct source *catalogue_open(const char *name_or_path, uint64_t memory_limit,
                              bool (*progress)(void *context, double done), void *context, struct error *e);

/* What means the same from any folder: a name as it is, a path as an absolute one. */
bool catalogue_absolute(const char *name_or_path, char *out, size_t size, struct error *e);

/* The same cheap look for one name or path: info without loading. */
bool catalogue_look(const char *name_or_path, struct dataset_info *info, struct error *e);

#endif
