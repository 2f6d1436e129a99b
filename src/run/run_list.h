/* The runs in the runs folder. */
#ifndef RUN_RUN_LIST_H
#define RUN_RUN_LIST_H

#include <time.h>

#include "base/error.h"
#include "base/path.h"
#include "run/summary.h"

enum { RUN_LIST_MOST = 100 };

struct run_list_entry {
    char folder[PATH_SIZE];
    time_t begun;
    struct summary summary; /* its `state` is "" where it has none: it goes on, or was cut off */
};

struct run_list {
    int count;
    struct run_list_entry *entries; /* the newest first, at most RUN_LIST_MOST */
};

/* Those with a recipe. A missing folder counts as empty. False with an error. run_list_free() it. */
bool run_list_read(struct run_list *l, struct error *e);
void run_list_free(struct run_list *l);

#endif
