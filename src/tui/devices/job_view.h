/* The view of the Slurm job: what it has, what is used of it, how long it lasts, what is odd and what to type. */
#ifndef TUI_JOB_VIEW_H
#define TUI_JOB_VIEW_H

#include "tui/keys.h"

struct app;

extern const struct key_help job_view_keys[];

void job_view_open(struct app *app);

#endif
