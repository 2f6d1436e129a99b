/* Looks at a training step now and then: how well the network is (health.h). For the trainer's files alone. */
#ifndef NN_TRAINER_HEALTH_H
#define NN_TRAINER_HEALTH_H

#include "nn/train/trainer_state.h"

/* Room for what is read; false with an error without memory. trainer_health_close() it in either case. */
bool trainer_health_open(struct training *r, struct error *e);
void trainer_health_close(struct training *r);

/* Should the step of this batch be looked at? When all looks, if this one took as long as a whole step, are no more
 * than one percent of the training's time since the thread began: first behind a hundred steps. From then on also when
 * they are at most half a percent, with this one as long as the last; never two within half a second, nor within a 64th
 * of the steps so far, so that a long run has hundreds of looks and not millions. */
bool trainer_health_due(const struct training *r, const struct batch *batch);

/* Begins the step, with no other under way, and takes what was found. The step's own results are those that it would
 * have otherwise, bit for bit; executor_end() has them. False with an error. */
bool trainer_health_step(struct training *r, const struct batch *batch, const struct step *step, struct error *e);

#endif
