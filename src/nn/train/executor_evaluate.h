/* Evaluation: sums over a loader's batches, in their order, with as many under way as the device likes. */
#ifndef NN_EXECUTOR_EVALUATE_H
#define NN_EXECUTOR_EVALUATE_H

#include "nn/train/executor.h"

struct evaluation {
    double loss, accuracy;
    uint32_t images;
    double seconds; /* from the first step's beginning to the last one's end, reading included */
};

/* The evaluate span over all of a loader; no step may be under way. `go_on` (may be NULL) is asked before each batch;
 * false ends with ERROR_STOPPED. */
bool executor_evaluate(struct executor *x, struct loader *loader, bool (*go_on)(void *context), void *context,
                       struct evaluation *out, struct error *e);

#endif
