/* Everything before the first step. */
#ifndef NN_TRAINER_PREPARE_H
#define NN_TRAINER_PREPARE_H

#include "nn/train/trainer_state.h"

/* The data set into memory, its plan, the device and what it holds, the loaders. On an error what was opened so far is
 * closed by the thread's end. */
bool trainer_prepare(struct training *r, struct error *e);

#endif
