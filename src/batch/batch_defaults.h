/* What a job asks for where nobody said it: from the recipe, and from what is counted and measured of it. */
#ifndef BATCH_DEFAULTS_H
#define BATCH_DEFAULTS_H

#include "batch/batch_job.h"
#include "nn/recipe/recipe.h"

/* The recipe's name, a GPU or as many cores as its device says. What is set stays. */
void batch_defaults_of_recipe(struct batch_job *job, const struct recipe *r);

/* Memory of a node, from bytes that are counted for one rank: of it all, and of the images in it. It has room for what
 * is not counted. */
void batch_defaults_memory(struct batch_job *job, uint64_t bytes, uint64_t images);

/* Time, from seconds of training that are estimated: half as much again. */
void batch_defaults_time(struct batch_job *job, double seconds);

/* The device to train on in the job, when the recipe's is not there: it has other GPUs, or none, or fewer cores. NULL:
 * the recipe's. */
const char *batch_defaults_device(const struct batch_job *job, const struct recipe *r);

#endif
