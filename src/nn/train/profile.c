#include "nn/train/profile.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"

enum { WARM_UP = 3, STEPS_LEAST = 5, STEPS_MOST = 301 };

struct measuring {
    struct executor *x;
    struct loader *loader;
    uint32_t epoch;
    struct step step;
    double (*times)[STEPS_MOST]; /* a row an operation, and one for the whole step */
    struct op_work *work;        /* of each operation, as the device told it last */
    bool told;                   /* the device tells it; else a clock does */
};

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, ascending);
    return values[count / 2];
}

/* Only whole batches: the short one at an epoch's end would be a step of another size. */
static bool bring_batch(struct measuring *m, struct error *e)
{
    const struct batch *batch;

    do {
        e->kind = ERROR_NONE;
        batch = loader_next(m->loader, e);
        if (!batch && e->kind == ERROR_NONE && loader_start(m->loader, ++m->epoch, 0, e))
            batch = loader_next(m->loader, e);
        if (!batch)
            return false;
    } while (batch->count < m->step.rows);
    executor_write_batch(m->x, batch);
    return true;
}

/* Operations first..end-1 until they are done. */
static bool time_span(struct measuring *m, int first, int end, double *seconds, struct error *e)
{
    const struct backend_ops *ops = m->x->backend->ops;
    double start = clock_seconds();

    ops->run(m->x->backend, first, end, &m->step);

    bool good = ops->wait(m->x->backend, e);

    *seconds = clock_seconds() - start;
    return good;
}

/* Where the device tells what each took it is believed; elsewhere one after the other is waited for. */
static bool time_operations(struct measuring *m, int first, int end, int position, struct error *e)
{
    struct backend *b = m->x->backend;

    if (m->told && !b->ops->measure(b, first, end, &m->step, m->work, e))
        return false;
    for (int i = first; i < end; i++)
        if (m->told)
            m->times[i - first][position] = m->work[i - first].seconds;
        else if (!time_span(m, i, i + 1, &m->times[i - first][position], e))
            return false;
    return true;
}

/* One step as it is trained, which is also what a device has to have run before it measures, and one operation by
 * operation. */
static bool measure_step(struct measuring *m, int position, struct error *e)
{
    int first = m->x->plan->spans[SPAN_STEP].first, end = m->x->plan->spans[SPAN_STEP].end;

    m->step.number++;
    if (!bring_batch(m, e) || !time_span(m, first, end, &m->times[end - first][position], e))
        return false;
    m->step.number++;
    return bring_batch(m, e) && time_operations(m, first, end, position, e);
}

static bool measure(struct measuring *m, double seconds, struct profile *out, struct error *e)
{
    for (int i = 0; i < WARM_UP; i++)
        if (!measure_step(m, 0, e))
            return false;

    double deadline = clock_seconds() + seconds;

    while (out->steps < STEPS_LEAST || out->steps % 2 == 0 || (out->steps < STEPS_MOST && clock_seconds() < deadline))
        if (!measure_step(m, out->steps++, e))
            return false;
    return true;
}

static void summarise(struct measuring *m, struct profile *out)
{
    int first = out->plan->spans[SPAN_STEP].first;

    for (int i = 0; i < out->n_rows; i++) {
        struct profile_row *row = &out->rows[i];

        row->op = &out->plan->ops[first + i];
        row->seconds = median(m->times[i], out->steps);
        row->launches = m->work[i].launches;
        row->cost = plan_cost(out->plan, row->op, out->images);
        out->rows_seconds += row->seconds;
        out->launches += row->launches;
        out->cost.flops += row->cost.flops;
        out->cost.bytes += row->cost.bytes;
    }
    out->step_seconds = median(m->times[out->n_rows], out->steps);
}

struct profile *profile_measure(struct executor *x, struct loader *loader, uint64_t seed, double learning_rate,
                                double seconds, struct error *e)
{
    const struct plan *plan = x->plan;
    uint32_t images = loader_images(loader);
    int n_rows = plan->spans[SPAN_STEP].end - plan->spans[SPAN_STEP].first;
    struct profile *out = memory_new(1, sizeof *out + (size_t)n_rows * sizeof *out->rows, e);
    struct measuring m = {
        .x = x,
        .loader = loader,
        .epoch = 1,
        .step = { .rows = images < (uint32_t)plan->batch ? (int)images : plan->batch,
                  .part = plan_parts(plan) - 1,
                  .parts = plan_parts(plan),
                  .seed = seed,
                  .epoch = 1,
                  .learning_rate = learning_rate,
                  /* The whole of every image: the most that mixing takes. */
                  .mix = { .blend = 0.5f,
                           .bottom = plan->input.height,
                           .right = plan->input.width,
                           .share = 0.5f } },
        .told = x->ahead > 1 && x->backend->ops->measure,
        .times = memory_new((size_t)n_rows + 1, sizeof *m.times, e),
        .work = memory_new((size_t)n_rows, sizeof *m.work, e),
    };
    bool good = out && m.times && m.work && loader_start(loader, m.epoch, 0, e);

    if (good) {
        *out = (struct profile){
            .plan = plan, .images = m.step.rows, .n_rows = n_rows, .queued = x->ahead > 1 && !m.told
        };
        good = measure(&m, seconds, out, e);
    }
    if (good)
        summarise(&m, out);
    free(m.times);
    free(m.work);
    if (good)
        return out;
    free(out);
    return NULL;
}
