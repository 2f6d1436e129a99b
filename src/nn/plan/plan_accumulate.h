/* A batch that does not fit is computed in parts, each forward and backward; then there is one update. Losses are means
 * over the whole batch, so that gradients and metrics of the parts add up to those of the batch: operations behind the
 * backward ones do so, and what follows finds the sums where a batch in one part has its own. */
#ifndef NN_PLAN_ACCUMULATE_H
#define NN_PLAN_ACCUMULATE_H

#include "nn/plan/plan_builder.h"

/* Appends them where steps are computed in parts. What several ranks have to add up is ready behind them, in the last
 * part of a step. */
void plan_accumulate(struct plan_builder *b);

#endif
