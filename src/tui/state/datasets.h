/* The data sets that can be chosen, and what there is to know of the one that the recipe names: those of the catalogue,
 * by name, and after them those that were given by their path, kept from session to session.
 *
 * But for the built-in ones nothing is opened here: other processes look at them, one after the other, and what they
 * find is taken when they have found it (data/inspect.h). */
#ifndef TUI_DATASETS_H
#define TUI_DATASETS_H

#include "data/inspect.h"
#include "nn/train/recipe_images.h"
#include "nn/train/trainer.h"

enum { RECENT_MAX = 12 };

struct recent {
    struct catalogue_entry entry; /* its name is its path */
    bool gone;                    /* there is nothing at its path any more */
    unsigned used;                /* when it was chosen last: the larger, the later */
};

struct datasets {
    struct inspect_listener listener;
    struct errand *listing; /* the folder is being read; NULL: the catalogue is what is in it */
    bool listed;            /* it has been read, or cannot be; false: the catalogue has the built-in ones alone */
    struct catalogue catalogue;
    int n_recent;
    struct recent recent[RECENT_MAX]; /* new ones in front; the others keep their places while they are looked at */
    struct errand *look;              /* one of the lists is being looked at; NULL: all are known */

    bool chosen;              /* by the user, just now, or weights to begin with: the last layer may have to follow */
    struct errand *own;       /* the recipe's is being looked at; NULL: `info` or `error` is known */
    char looked_at[512];      /* the name that they are about, */
    struct source_wish wish;  /* and what was wanted of its images */
    char absolute[PATH_SIZE]; /* the same, as an absolute path where it is a path */
    struct dataset_info info;
    struct error error;       /* kind ERROR_NONE: `info` is known */
};

/* Begins to read the folder of data sets. `events` is rung whenever something has been found, which datasets_follow()
 * takes. A zeroed one is fine to close. */
bool datasets_open(struct datasets *d, struct trainer_events events, struct error *e);
void datasets_close(struct datasets *d);

/* What was found meanwhile, as flags. With FOUND_NO_LIST, *e says why the folder cannot be read. */
enum { FOUND_SOMETHING = 1, FOUND_OWN = 2, FOUND_NO_LIST = 4 };
int datasets_follow(struct datasets *d, struct error *e);

/* Reads the folder again, and the next look at each is a fresh one. What is known stays until that is over. False, with
 * an error, where that cannot be begun. */
bool datasets_read_again(struct datasets *d, struct error *e);

/* Looks at the headers of the recipe's data set, unless it is the one looked at last. One that has a path and can
 * be read is one of the recent ones from now on. */
void datasets_look(struct datasets *d, const struct recipe *recipe);
const struct dataset_info *datasets_info(const struct datasets *d); /* NULL: it cannot be read, see `error` */
bool datasets_looking(const struct datasets *d);                    /* it is not known yet whether it can */

int datasets_listed(const struct datasets *d); /* percent of its tree that have been listed so far; 0: of none */

/* Waits at most so many seconds until it is known. */
void datasets_wait(struct datasets *d, double seconds);

/* All of them in one list, by position; `gone` may be NULL. What is at a position changes with the recent ones. */
int datasets_count(const struct datasets *d);
const struct catalogue_entry *datasets_entry(const struct datasets *d, int position, bool *gone);
int datasets_position(const struct datasets *d); /* of the one looked at last; -1: it is in no list */

/* Takes a recent one out of the list; false: the one at this position is of the catalogue. */
bool datasets_forget(struct datasets *d, int position);

#endif
