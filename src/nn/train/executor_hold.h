/* A split's images in a device's own memory. */
#ifndef NN_EXECUTOR_HOLD_H
#define NN_EXECUTOR_HOLD_H

#include "nn/train/executor.h"

/* Copies a split's images to the device where that helps and they fit, with a quarter of the memory left free.
 * Loaders of that split then need only labels (executor_hold_labels()). Images that are not held are no error;
 * `progress` (may be NULL) gets 0…1 and returns false to cancel (ERROR_STOPPED). */
bool executor_hold(struct executor *x, struct source *source, enum split split,
                   bool (*progress)(void *context, double done), void *context, struct error *e);

/* The labels of a split whose images, or what frozen layers make of them, are held, for struct loader_options; NULL
 * where they are not. */
const int32_t *executor_hold_labels(const struct executor *x, enum split split);

#endif
