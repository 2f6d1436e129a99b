/* The runs in the folder of runs, as a thread finds them: there may be thousands, on a file system that takes its time
 * or hangs. Looking again reads only what has changed. */
#ifndef TUI_PAST_RUNS_H
#define TUI_PAST_RUNS_H

#include "nn/train/trainer_status.h"
#include "run/run_entry.h"

struct past_reader;

struct past_runs {
    struct run_entry **entries;   /* in the order of their folders' paths */
    int count, room;
    bool known;                   /* all were looked at once */
    struct error error;           /* of the last look; of kind ERROR_NONE: it went well */
    unsigned version;             /* of the entries: another one after each change */
    struct past_reader *reader;   /* NULL: none is under way */
    double next;                  /* clock_seconds() from when on another look is due */
};

void past_runs_close(struct past_runs *p); /* waits for nothing; a zeroed one is fine */

/* Begins to look at all of them, unless that is under way. What fails is the error. The thread rings `events`. */
void past_runs_look(struct past_runs *p, const struct trainer_events *events);

/* Takes what was found, and waits for it for at most so many seconds; true when something is different. */
bool past_runs_follow(struct past_runs *p, double seconds);

/* Looks at one at once, after it was changed from here: at `folder`, which was `before`. */
void past_runs_changed(struct past_runs *p, const char *before, const char *folder);

const struct run_entry *past_runs_find(const struct past_runs *p, const char *folder); /* NULL: it is not there */

#endif
