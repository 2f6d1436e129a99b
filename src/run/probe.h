/* How long a step of a recipe takes on its device: a few steps on images of noise are timed. They compute what training
 * computes, on as much memory. Reading images from files is not measured. */
#ifndef RUN_PROBE_H
#define RUN_PROBE_H

#include "data/sources/source.h"
#include "nn/recipe/recipe.h"
#include "run/devices.h"

struct probe_result {
    int steps;                          /* that were timed */
    double step_seconds;                /* of training, a whole batch: a mean */
    double evaluation_seconds;          /* the same, of validation */
    uint32_t batches, evaluation_batches; /* an epoch */
    uint64_t device_bytes;              /* of its memory that the plan takes, with workspaces; 0: unknown */
};

/* Of an epoch, with its validation. */
static inline double probe_epoch_seconds(const struct probe_result *r)
{
    return r->batches * r->step_seconds + r->evaluation_batches * r->evaluation_seconds;
}

/* False where CUVETTE_PROBE is "off". Whoever is asked for a measurement, by --forecast, makes it anyway. */
bool probe_is_wanted(void);

/* Measures here and now, for about a second when a step is short; false with an error, ERROR_STOPPED when `go_on` (may
 * be NULL), asked before each step, says so. */
bool probe_measure(const struct recipe *r, const struct device *device, const struct dataset_info *info,
                   bool (*go_on)(void *context), void *context, struct probe_result *out, struct error *e);

/* The same of training alone, in `rounds` short pieces: the seconds of a step of each, in rising order. The first step
 * is left out, unless it takes so long (two seconds) that it has to do; then all rounds are that one. */
bool probe_rounds(const struct recipe *r, const struct device *device, const struct dataset_info *info,
                  bool (*go_on)(void *context), void *context, int rounds, double *step_seconds, struct error *e);

struct probe;

/* The same on a thread; all arguments are copied. `over` is called there when it is over, and must not block. NULL with
 * an error when no thread can be started. */
struct probe *probe_start(const struct recipe *r, const struct device *device, const struct dataset_info *info,
                          void (*over)(void *context), void *context, struct error *e);

/* True when it is over, once: then `out`, or an error's kind, is set. */
bool probe_take(struct probe *p, struct probe_result *out, struct error *e);

/* Ends it: it makes no further step. It is waited for at most so many seconds, since a driver may hang; then it frees
 * itself. NULL is fine. */
void probe_free(struct probe *p, double patience);

#endif
