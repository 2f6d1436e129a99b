/* Points of a run as scalars of TensorBoard. Their tags, in every tool's manner of speaking:
 *
 *     by step:                         train/loss accuracy learning_rate images_per_second epoch
 *     at the last step of an epoch:    train/epoch_loss train/epoch_accuracy valid/loss valid/accuracy
 *     of steps that were looked at:    gradient/3_conv2d weights/3_conv2d update_ratio/3_conv2d dead/3_conv2d
 *
 * The last line are norms, the update's over the weights', and the share of ReLUs that are silent, as in `cuvette
 * inspect --health`. What is not known is left out; a loss that is not finite is not. */
#ifndef RUN_TENSORBOARD_EVENT_SCALARS_H
#define RUN_TENSORBOARD_EVENT_SCALARS_H

#include "nn/recipe/recipe.h"
#include "nn/train/health.h"
#include "nn/train/series.h"
#include "run/tensorboard/event_records.h"

/* `began`: of the run, in seconds since 1970, as if it had had no pauses. False with ERROR_MEMORY. */
bool event_scalars_step(struct event_records *r, double began, const struct point *p, struct error *e);

/* valid: NULL or a loss that is NaN: there was no validation. any_step: of the same run, it tells how many an epoch
 * has. */
bool event_scalars_epoch(struct event_records *r, double began, const struct point *train, const struct point *valid,
                         const struct point *any_step, struct error *e);

bool event_scalars_health(struct event_records *r, double began, const struct health *h, const struct recipe *recipe,
                          struct error *e);

#endif
