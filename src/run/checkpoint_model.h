/* The model in a checkpoint: what a run that never ended was worth. */
#ifndef RUN_CHECKPOINT_MODEL_H
#define RUN_CHECKPOINT_MODEL_H

#include "run/model/stored_model.h"

/* The weights of the best epoch so far, or with `best` false of the last step where no epoch has ended. A checkpoint
 * does not say what images it takes, so that the recipe's data set is looked at. False with an error and nothing to
 * free; else stored_model_free() *out. */
bool checkpoint_model_read(const char *folder, const struct recipe *r, bool best, struct stored_model *out,
                           struct error *e);

#endif
