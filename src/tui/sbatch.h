/* The recipe as a Slurm job: a form, the script that comes of it, and handing it in. */
#ifndef TUI_SBATCH_H
#define TUI_SBATCH_H

#include <stdbool.h>

struct app;

void sbatch_open(struct app *app);

/* Tells what sbatch said; true when it has. */
bool sbatch_follow(struct app *app);

#endif
