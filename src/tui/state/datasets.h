/* The data sets that can be chosen, and what there is to know of the one that the recipe names: those of the catalogue,
 * by name, and after them those that were given by their path, kept from session to session. */
#ifndef TUI_DATASETS_H
#define TUI_DATASETS_H

#include "nn/train/recipe_images.h"

enum { RECENT_MAX = 12 };

struct recent {
    struct catalogue_entry entry; /* its name is its path */
    bool gone;                    /* there is nothing at its path any more */
    unsigned used;                /* when it was chosen last: the larger, the later */
};

struct datasets {
    struct catalogue catalogue;
    int n_recent;
    struct recent recent[RECENT_MAX]; /* new ones in front; the others keep their places while they are looked at */
    char looked_at[512];      /* the name that `info` or `error` is about, */
    struct source_wish wish;  /* and what was wanted of its images */
    char absolute[PATH_SIZE]; /* the same, as an absolute path where it is a path */
    struct dataset_info info;
    struct error error;       /* kind ERROR_NONE: `info` is known */
};

/* A zeroed one is fine to close. */
bool datasets_open(struct datasets *d, struct error *e);
void datasets_close(struct datasets *d);

/* Reads the catalogue again, and the next look is a fresh one; nothing changes when that fails. */
bool datasets_read_again(struct datasets *d, struct error *e);

/* Looks at the headers of the recipe's data set, unless it is the one looked at last. One that has a path and can
 * be read is one of the recent ones from now on. */
void datasets_look(struct datasets *d, const struct recipe *recipe);
const struct dataset_info *datasets_info(const struct datasets *d); /* NULL: it cannot be read, see `error` */

/* All of them in one list, by position; `gone` may be NULL. What is at a position changes with the recent ones. */
int datasets_count(const struct datasets *d);
const struct catalogue_entry *datasets_entry(const struct datasets *d, int position, bool *gone);
int datasets_position(const struct datasets *d); /* of the one looked at last; -1: it is in no list */

/* Takes a recent one out of the list; false: the one at this position is of the catalogue. */
bool datasets_forget(struct datasets *d, int position);

#endif
