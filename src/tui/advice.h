/* What the screen says by itself about the job: that a run's epochs do not fit into it, and what its checks find
 * (host/job_check.h). */
#ifndef TUI_ADVICE_H
#define TUI_ADVICE_H

struct app;

void advice_tick(struct app *app); /* once a second, after app_tick() */

#endif
