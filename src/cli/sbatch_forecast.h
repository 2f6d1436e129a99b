/* How much memory and time a job will need, for a script that says neither. */
#ifndef CLI_SBATCH_FORECAST_H
#define CLI_SBATCH_FORECAST_H

#include "batch/batch_job.h"
#include "nn/recipe/recipe.h"

/* Looks at the recipe's images and counts; `timed`: on a CPU a few steps are timed, too, where no time is set. `note`
 * is what could not be found out, or "": images can be on the job's node alone. False with an error where the recipe
 * cannot be trained on them. */
bool sbatch_forecast(struct batch_job *job, struct recipe *r, bool timed, char *note, size_t size, struct error *e);

#endif
