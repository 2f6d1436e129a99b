/* Makes the step profile of a run (nn/train/step_profile.h) from the times that its trainer tells. For the trainer's
 * files alone. */
#ifndef NN_PROFILER_H
#define NN_PROFILER_H

#include "data/sources/source.h"
#include "nn/plan/backend.h"
#include "nn/train/step_profile.h"

enum { PROFILER_SAMPLES = 15 };

/* Seconds of waiting for images, by what the threads that make them did meanwhile. */
struct profiler_wait {
    double read, decode, other; /* of waiting */
    double processor; /* that those threads were on cores, while it was waited and while not */
};

/* Seconds of the exchange with other ranks. */
struct profiler_exchange {
    double awaited; /* in which this rank stood waiting for sums, */
    double told;    /* and for the words that go with each step */
    double summing; /* in which sums were under way, waited for or not */
};

/* Seconds of so many steps. */
struct profiler_sums {
    double steps, step, copy, work; /* `work` without what is awaited in it */
    struct profiler_wait wait;
    struct profiler_exchange exchange;
};

struct profiler {
    const struct plan *plan;
    bool queued;         /* the device works on its own time, beside the host */
    struct op_work *sample;                /* [operations of a step] that is being taken */
    double (*samples)[PROFILER_SAMPLES];   /* [the same] seconds in the last samples, a ring */
    double more[PROFILER_SAMPLES];         /* how much longer than others those steps took */
    double *operations;                    /* [the same] medians of these, which a stall of the node does not move */
    int n_samples;                         /* so far */
    double next_sample;                    /* clock */
    struct profiler_wait wait; /* since the last step was begun */
    bool tells_sums;     /* it is known how long sums are under way */
    bool from_files;     /* images are read from files while it trains */
    int threads;         /* that could decode at once; 0: none decodes */
    double flops;        /* of a whole step, on all ranks */
    struct profiler_sums recent, all;
};

/* `whole`: the rows of a step on all ranks. The plan must outlive it. False with an error without memory;
 * profiler_close() it in either case. */
bool profiler_open(struct profiler *p, const struct plan *plan, int whole, bool queued, struct error *e);
void profiler_close(struct profiler *p); /* a zeroed one is fine */

/* Should this step be measured? Not the first ones, which warm up. `p->sample` gets the work of each operation, and
 * profiler_sampled() takes it; `seconds` is how much longer than others the step took. The next sample waits until this
 * is less than half a percent of the time between. */
bool profiler_due(const struct profiler *p, double clock);
void profiler_sampled(struct profiler *p, double clock, double seconds);

/* For a batch; `effort` is what making it took, NULL when there was none. */
void profiler_waited(struct profiler *p, double seconds, const struct source_effort *effort);
void profiler_begun(struct profiler *p, double copy, double work); /* a step: seconds of the host */
void profiler_ended(struct profiler *p, double seconds);           /* a step, so long after the one before */

/* Between two steps' ends; `awaited` is part of `work`. */
void profiler_exchanged(struct profiler *p, struct profiler_exchange seconds);

/* The last seconds, or the whole run. */
void profiler_show(const struct profiler *p, bool all, struct step_profile *out);

#endif
