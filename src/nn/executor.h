/* A plan on a device: a backend, one buffer an arena, and the few things that are done with them. Used on one thread. */
#ifndef NN_EXECUTOR_H
#define NN_EXECUTOR_H

#include "data/loader.h"
#include "data/statistics.h"
#include "nn/backend.h"

struct executor {
    struct backend *backend;
    const struct plan *plan;
    struct buffer arenas[ARENA_COUNT];
};

/* Opens the device and prepares the plan, which must outlive the executor. Nothing is left open on an error. */
bool executor_open(struct executor *x, const struct backend_class *backend, const struct device_choice *choice,
                   const struct plan *plan, struct error *e);
void executor_close(struct executor *x); /* harmless on a zeroed executor */

/* Whole arenas, as host arrays of plan->arena_bytes. */
bool executor_write_weights(struct executor *x, const float *parameters, const float *statistics, struct error *e);
bool executor_read_weights(struct executor *x, float *parameters, float *statistics, struct error *e);

/* Brings a batch to where the plan's operations look for it. */
void executor_write_batch(struct executor *x, const struct batch *batch);

/* One step of a span on a batch; waits. *loss is the mean over the batch, *correct how many were right. */
bool executor_step(struct executor *x, enum span span, const struct batch *batch, const struct step *step, float *loss,
                   float *correct, struct error *e);

struct evaluation {
    double loss, accuracy;
    uint32_t images;
};

/* The evaluate span over all of a loader. `go_on` (may be NULL) is asked before each batch; false ends with ERROR_STOPPED. */
bool executor_evaluate(struct executor *x, struct loader *loader, bool (*go_on)(void *context), void *context,
                       struct evaluation *out, struct error *e);

/* Puts the data set's normalisation where the plan looks for it, in a host array of STATISTICS. */
void executor_normalise(const struct plan *plan, const struct statistics *measured, float *statistics);

#endif
