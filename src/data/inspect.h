/* Looks at data sets as errands (base/errand.h): one that hangs, crashes or takes long holds up nobody. */
#ifndef DATA_INSPECT_H
#define DATA_INSPECT_H

#include "base/errand.h"
#include "data/catalogue.h"

/* Whom to tell when a look is over: errand_setup's `ended`. */
struct inspect_listener {
    void (*ended)(void *context);
    void *context;
};

/* Any look: errand_start() with the memory that looking at strangers' files may take. */
struct errand *inspect_errand(bool (*work)(void *paper, struct error *e), const void *asked, size_t asked_size,
                              size_t size, const char *subject, double seconds, struct inspect_listener listener,
                              struct error *e);

/* What is found at a name or a path. */
struct inspection {
    char name[PATH_SIZE]; /* as it was asked for */
    struct source_wish wish;
    _Atomic int listed;       /* while it goes on: percent of a tree that have been listed; 0: no tree is */
    bool gone;                /* there is nothing at the path */
    struct dataset_info info; /* when it could be opened; class_names is NULL */
    char absolute[PATH_SIZE]; /* as catalogue_absolute() has it */
};

/* Opens it, for at most so many seconds, and closes it again. A `wish` of NULL is a zeroed one. */
struct errand *inspect_start(const char *name_or_path, const struct source_wish *wish, double seconds,
                          struct inspect_listener listener, struct error *e);
const struct inspection *inspect_found(const struct errand *r);

/* Lists the folder of data sets: catalogue_list(). */
struct errand *inspect_list_start(struct inspect_listener listener, struct error *e);

/* What the list has, when it is over and did not fail: catalogue_free() it. */
bool inspect_listed(const struct errand *r, struct catalogue *out, struct error *e);

/* Looks at an entry of the catalogue, and waits for it. */
void inspect_entry(struct catalogue_entry *entry);

/* Writes down what a look that is over has found; `why`: of kind ERROR_NONE where it could be opened. */
void inspect_note(struct catalogue_entry *entry, const struct inspection *found, const struct error *why);

/* Seconds that a data set may take that nobody has asked for by itself, and one that somebody has. */
enum { INSPECT_SECONDS = 20, INSPECT_SECONDS_ASKED = 600 };

#endif
