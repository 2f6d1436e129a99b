/* The recipe as a Slurm job: a form, the script that comes of it, and handing it in. */
#ifndef TUI_SBATCH_H
#define TUI_SBATCH_H

#include <stdbool.h>

struct app;

void sbatch_open(struct app *app);

/* Tells what sbatch said, and shows the job's run when that has begun; true when there was something. */
bool sbatch_follow(struct app *app);

/* The job's run is not waited for any longer; false where none was. */
bool sbatch_forget(struct app *app);

#endif
