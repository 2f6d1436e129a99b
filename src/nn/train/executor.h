/* A plan on a device: a backend, one buffer an arena, and the few things that are done with them. Used on one thread.
 *
 * On a device that works on its own, several steps are queued before the first is waited for:
 *
 *     ended           under way, at most `ahead`                  free slots
 *     [results told   [executor_begin() put them into the queue;  [staged memory for a batch
 *      in order]       executor_end() takes the oldest]            and for its metrics]
 *
 * A training step of more rows than go through the plan at once is computed in parts (executor_parts.h).
 *
 * With ahead = 1 (a CPU) a step is done when executor_begin() returns, and its batch is copied once, to where the
 * operations look for it. */
#ifndef NN_EXECUTOR_H
#define NN_EXECUTOR_H

#include "data/statistics.h"
#include "nn/train/executor_state.h"

/* Opens the device and prepares the plan, which must outlive the executor. Nothing is left open on an error; where the
 * device's memory is too small, the error says which batch would fit. */
bool executor_open(struct executor *x, const struct backend_class *backend, const struct device_choice *choice,
                   const struct plan *plan, struct error *e);
/* From now on, steps are stopped where that is possible when `go_on` is false: then executor_end() fails with
 * ERROR_STOPPED, and weights and statistics are as before the step. False without memory. */
bool executor_stop_by(struct executor *x, bool (*go_on)(void *context), void *context, struct error *e);
void executor_close(struct executor *x); /* waits for what is under way; harmless on a zeroed executor */

/* From now on its steps are parts of those of all ranks of `c`, each of which calls this; as `join` of struct
 * backend_ops. Where a rank is lost before a step has changed weights, a CPU's weights and statistics are as before
 * the step. */
bool executor_join(struct executor *x, struct communicator *c, double patience, struct error *e);

/* Whole arenas, as host arrays of plan->arena_bytes, behind all steps that were begun. */
bool executor_write_weights(struct executor *x, const float *parameters, const float *statistics, struct error *e);
bool executor_read_weights(struct executor *x, float *parameters, float *statistics, struct error *e);
bool executor_write_arena(struct executor *x, enum arena arena, const void *from, struct error *e);
bool executor_read_arena(struct executor *x, enum arena arena, void *to, struct error *e);

/* From now on results bring the probabilities of every class, for evaluation; none may be under way. False with an
 * error. */
bool executor_want_probabilities(struct executor *x, struct error *e);

/* Brings a batch of plan->batch rows at most to where the plan's operations look for it; waits. For those who call the
 * backend themselves. */
void executor_write_batch(struct executor *x, const struct batch *batch);

/* Queues one step of a span on a batch, which is free again on return: of plan->step rows at most where the span is
 * SPAN_STEP, and then with plan->next behind them, else of plan->batch. Less than x->ahead steps may be under way. A
 * batch without images is of a split that is held. Failures are reported by executor_end(). */
void executor_begin(struct executor *x, enum span span, const struct batch *batch, const struct step *step);
int executor_under_way(const struct executor *x);

/* The same, and work [operations of the span] is what each operation took. None may be under way. Only on a device that
 * can tell. */
void executor_begin_measured(struct executor *x, enum span span, const struct batch *batch, const struct step *step,
                             struct op_work *work);
bool executor_can_measure(const struct executor *x);

/* A training step, and what looks at it (plan_health.h): the same results, and those of the looks in METRICS. None may
 * be under way. */
void executor_begin_looked_at(struct executor *x, const struct batch *batch, const struct step *step);

struct executor_result {
    struct step step;    /* as it was begun */
    float loss, correct; /* the mean over the images of the whole step; how many of these were right */
    const float *probabilities; /* [rows][classes] where they are wanted, until the next executor_begin(); else NULL */
};

/* Waits for the oldest step under way. False with the backend's first failure, of whichever step, or with ERROR_STOPPED
 * and no step under way. Where another rank was lost when all had changed their weights, x->untold is set, and *out is
 * the step as far as it is known: by this rank's images. */
bool executor_end(struct executor *x, struct executor_result *out, struct error *e);

/* Waits for the steps under way and drops their results. */
void executor_abandon(struct executor *x);

/* One step from its beginning to its end; none may be under way. */
bool executor_step(struct executor *x, enum span span, const struct batch *batch, const struct step *step, float *loss,
                   float *correct, struct error *e);

/* Puts the data set's normalisation where the plan looks for it, in a host array of STATISTICS. */
void executor_normalise(const struct plan *plan, const struct statistics *measured, float *statistics);

#endif
