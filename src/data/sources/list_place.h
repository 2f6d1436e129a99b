/* Where the images of a list lie. */
#ifndef DATA_LIST_PLACE_H
#define DATA_LIST_PLACE_H

#include "base/path.h"

struct list_place {
    const char *folder, *suffix; /* what is put before and behind a path of the list */
    bool whole;                  /* its paths are whole ones, from the root of all files */
};

/* Finds out where the first image of a list lies: in the list's folder `root`, or in one below it that is usual for the
 * split. Whole paths are those of a list that `may` have them. False with an error: it is nowhere. */
bool list_place_find(struct list_place *p, const char *root, const char *first, bool testing, bool may,
                     struct error *e);

/* A path of the list, below the list's folder, or whole. False with an error: it leads out of that folder. */
bool list_place_path(const struct list_place *p, const char *path, char out[PATH_SIZE], struct error *e);

#endif
