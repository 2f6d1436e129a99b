/* What steps are timed on: how long a step takes does not hang on what the images show. */
#ifndef BENCH_NOISE_H
#define BENCH_NOISE_H

#include "nn/train/executor.h"

/* One batch of noise for a plan, as the training split of a source; NULL with an error. source_close() it. */
struct source *noise_new(const struct plan *plan, int classes, struct error *e);

/* The weights that a run would begin with. */
bool noise_weights(struct executor *x, struct error *e);

/* The loader's first batch, to where the plan's operations look for it. */
bool noise_batch(struct executor *x, struct loader *loader, struct error *e);

#endif
