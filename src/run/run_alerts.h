/* The alerts of a run: looked for by its recorder's thread, read by any other, and told by the user's commands. */
#ifndef RUN_RUN_ALERTS_H
#define RUN_RUN_ALERTS_H

#include "run/alerts.h"
#include "run/metrics.h"

/* Of the user's, for `sh -c`; NULL: none. Facts are in its environment, see USER_FACTS in run_alerts.c. */
struct run_commands {
    const char *on_alert, *on_end;
};

struct run_alerts;

/* The folder must outlive it. NULL with an error; run_alerts_close() it. */
struct run_alerts *run_alerts_start(const struct run_commands *commands, const char *folder, struct error *e);

/* Looks for new ones, adds them to the metrics' lines (NULL: to none) and runs the command. The recorder's thread. */
void run_alerts_look(struct run_alerts *r, const struct alert_facts *f, bool last, struct metrics_writer *metrics);

/* The run is over and saved: runs the command of its end. The recorder's thread. */
void run_alerts_end(struct run_alerts *r, const struct trainer *trainer);

/* Those so far, the first first; returns how many. */
int run_alerts_list(struct run_alerts *r, struct alert out[ALERT_COUNT]);

/* Why the last command that ended failed, or ERROR_NONE. */
void run_alerts_error(struct run_alerts *r, struct error *out);

/* Waits for the commands, for five seconds at most. False with an error when one failed or takes longer. */
bool run_alerts_settle(struct run_alerts *r, struct error *e);

void run_alerts_close(struct run_alerts *r); /* commands that still run go on by themselves; takes NULL */

#endif
