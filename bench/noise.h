/* What steps are timed on: images of noise, as the time of a step does not depend on what images show. */
#ifndef BENCH_NOISE_H
#define BENCH_NOISE_H

#include "nn/train/executor.h"

/* A source whose training split is one batch of noise for this plan; NULL with an error. source_close() it. */
struct source *noise_new(const struct plan *plan, int classes, struct error *e);

/* Writes initial weights as those of a run to the device. */
bool noise_weights(struct executor *x, struct error *e);

/* Writes the loader's first batch to the device. */
bool noise_batch(struct executor *x, struct loader *loader, struct error *e);

#endif
