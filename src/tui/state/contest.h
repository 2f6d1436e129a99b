/* A comparison that this workbench has trained: `cuvette compare FOLDER` as a process of its own, which outlives the
 * screen. Its folder is all that is known of it (tui/state/comparing.h). */
#ifndef TUI_CONTEST_H
#define TUI_CONTEST_H

#include "nn/train/trainer_status.h"
#include "run/compare/comparison_plan.h"

#define CONTEST_LOG "compare.log" /* in its folder: what the process says */

struct contest_process;

struct contest {
    struct trainer_events events; /* rung by a thread when the process ends */
    const char *program;    /* that is started; NULL: this one */
    char folder[PATH_SIZE]; /* of the comparison; "": there was none */
    struct contest_process *process; /* NULL: it has ended */
    bool stopped;           /* it was asked to stop */
};

/* Makes a comparison and its folder. False with an error. */
bool contest_begin(struct contest *c, const struct comparison_wish *wish, struct error *e);

/* Trains what is missing of the comparison in the folder. False with an error. */
bool contest_go_on(struct contest *c, const char *folder, struct error *e);

bool contest_going(const struct contest *c);
void contest_close(struct contest *c); /* the process goes on; a zeroed one is fine */
void contest_stop(struct contest *c); /* asks it to: what was learned is saved first */

/* True, once, when the process has ended; *e is what it said where it failed, of kind ERROR_NONE where it did
 * not, or was stopped. */
bool contest_ended(struct contest *c, struct error *e);

#endif
