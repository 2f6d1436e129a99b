/* A run as a list shows it: what it is, how it stands and how well it did, from the small files of its folder. */
#ifndef RUN_RUN_ENTRY_H
#define RUN_RUN_ENTRY_H

#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

#include "base/path.h"
#include "run/run_note.h"
#include "run/run_progress.h"
#include "run/summary.h"

/* X(STATE, word) */
#define RUN_STATES(X) \
    X(TRAINS, "trains")     /* a process trains it now */ \
    X(CUT_OFF, "cut off")   /* it has no end: it was killed, or its node was */ \
    X(FINISHED, "finished") /* this and those that follow are what its summary says */ \
    X(STOPPED, "stopped") \
    X(FAILED, "failed") \
    X(DAMAGED, "damaged")   /* it cannot be told, see `problem` */

enum run_state {
#define RUN_STATE(STATE, word) RUN_##STATE,
    RUN_STATES(RUN_STATE)
#undef RUN_STATE
    RUN_STATE_COUNT
};

/* Of a file, as it was when it was read last: another one was read from then on. All 0: there was none. */
struct run_stamp {
    uint64_t inode;
    int64_t size, seconds, nanoseconds;
};

/* The files that an entry is read from: X(NAME, file). */
#define RUN_ENTRY_FILES(X) \
    X(RECIPE, "recipe.ini") \
    X(METRICS, "metrics.jsonl") \
    X(SUMMARY, "summary.json") \
    X(NOTE, RUN_NOTE_FILE)

enum run_entry_file {
#define RUN_ENTRY_FILE(NAME, file) RUN_ENTRY_##NAME,
    RUN_ENTRY_FILES(RUN_ENTRY_FILE)
#undef RUN_ENTRY_FILE
    RUN_ENTRY_FILE_COUNT
};

struct run_entry {
    char folder[PATH_SIZE];
    enum run_state state;
    bool can_go_on;         /* from a checkpoint, to epochs that it has not trained */
    time_t begun;           /* 0: unknown */
    char note[RUN_NOTE_SIZE];
    struct summary summary; /* of a run without an end what was known at its start, with the state "" */
    int planned;            /* epochs; 0: unknown */
    struct run_progress progress; /* of a run with an end, as its summary says it */
    char problem[256];      /* what is missing or cannot be read, a sentence that is safe to show; "": nothing is */
    struct run_stamp stamps[RUN_ENTRY_FILE_COUNT];
};

const char *run_state_word(enum run_state state);

/* Looks at a folder. False where it is not that of a run: none of the files above is in it. `stopped` as in
 * metrics_read(): then the entry may lack something. */
bool run_entry_look(struct run_entry *entry, const char *folder, const atomic_bool *stopped);

/* Looks again, and reads only what has changed. True when something is different. A folder that is gone is an entry
 * with a problem. */
bool run_entry_refresh(struct run_entry *entry, const atomic_bool *stopped);

#endif
