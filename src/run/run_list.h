/* The runs in the runs folder. */
#ifndef RUN_RUN_LIST_H
#define RUN_RUN_LIST_H

#include <time.h>

#include "base/error.h"
#include "base/path.h"
#include "run/summary.h"

enum { RUN_LIST_MOST = 100 };

enum run_state {
    RUN_TRAINS,  /* a process trains it now */
    RUN_CUT_OFF, /* it has no end: it was killed, or its node was */
    RUN_ENDED    /* the summary says how */
};

struct run_list_entry {
    char folder[PATH_SIZE];
    time_t begun;
    enum run_state state;
    bool can_go_on; /* from a checkpoint, to epochs that it has not trained */
    struct summary summary; /* its `state` is "" where it has none */
};

struct run_list {
    int count;
    struct run_list_entry *entries; /* the newest first, at most RUN_LIST_MOST */
};

/* One run: all but when it began. */
void run_list_look(struct run_list_entry *entry, const char *folder);

/* The newest of the numbered runs. False where there is none. */
bool run_list_newest(struct run_list_entry *entry);

/* Those with a recipe. A missing folder counts as empty. False with an error. run_list_free() it. */
bool run_list_read(struct run_list *l, struct error *e);
void run_list_free(struct run_list *l);

#endif
