#include "nn/train/profile.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/slice.h"

enum { WARM_UP = 3, STEPS_LEAST = 5, STEPS_MOST = 301 };

/* Of the whole step: its time, waiting for other ranks, and sums that were under way. */
enum row_behind { WHOLE, WAITS, SUMMING, ROWS_BEHIND };

struct measuring {
    struct executor *x;
    struct loader *loader;
    uint32_t epoch;
    struct communicator *communicator; /* NULL: it is alone */
    uint32_t whole;                    /* rows of a step on all ranks */
    struct step step;
    double (*times)[STEPS_MOST]; /* a row an operation; behind them one for each enum row_behind */
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
    } while ((uint32_t)batch->whole < m->whole);
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

/* A step as one span, and how it was shared with others. */
static bool time_whole(struct measuring *m, int first, int end, int position, struct error *e)
{
    double (*behind)[STEPS_MOST] = m->times + (end - first);
    struct communicator *c = m->communicator;
    double waited = c ? c->waited : 0, summing = c ? communicator_summing(c) : 0;

    if (!time_span(m, first, end, &behind[WHOLE][position], e))
        return false;
    behind[WAITS][position] = c ? c->waited - waited : 0;
    behind[SUMMING][position] = c ? communicator_summing(c) - summing : 0;
    return true;
}

/* One step as it is trained, which is also what a device has to have run before it measures, and one operation by
 * operation. */
static bool measure_step(struct measuring *m, int position, struct error *e)
{
    int first = m->x->plan->spans[SPAN_STEP].first, end = m->x->plan->spans[SPAN_STEP].end;

    m->step.number++;
    if (!bring_batch(m, e) || !time_whole(m, first, end, position, e))
        return false;
    m->step.number++;
    return bring_batch(m, e) && time_operations(m, first, end, position, e);
}

static bool is_enough(const struct profile *p, double deadline)
{
    return p->steps >= STEPS_LEAST && p->steps % 2 != 0 && (p->steps >= STEPS_MOST || clock_seconds() >= deadline);
}

/* Rank 0 decides. */
static bool goes_on(struct measuring *m, const struct profile *p, double deadline, bool *on, struct error *e)
{
    struct communicator *c = m->communicator;

    *on = !is_enough(p, deadline);
    return !c || c->ops->broadcast(c, on, sizeof *on, 0, e);
}

static bool measure(struct measuring *m, double seconds, struct profile *out, struct error *e)
{
    bool on;

    for (int i = 0; i < WARM_UP; i++)
        if (!measure_step(m, 0, e))
            return false;

    double deadline = clock_seconds() + seconds;

    do {
        if (!goes_on(m, out, deadline, &on, e) || (on && !measure_step(m, out->steps++, e)))
            return false;
    } while (on);
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

    double (*behind)[STEPS_MOST] = m->times + out->n_rows;
    const double summing = median(behind[SUMMING], out->steps);

    out->step_seconds = median(behind[WHOLE], out->steps);
    out->waits = median(behind[WAITS], out->steps);
    out->summing = summing > 0 ? summing : -1;
    out->hidden = out->summing > out->waits ? out->summing - out->waits : out->summing < 0 ? -1 : 0;
}

struct profile *profile_measure(struct executor *x, struct loader *loader, struct communicator *c, uint64_t seed,
                                double learning_rate, double seconds, struct error *e)
{
    const struct plan *plan = x->plan;
    const int ranks = c ? c->ranks : 1;
    const uint32_t images = loader_images(loader), most = (uint32_t)plan->batch * (uint32_t)ranks;
    const uint32_t whole = images < most ? images : most;
    const struct slice own = slice_of(whole, share_equal(c ? c->rank : 0, ranks));
    int n_rows = plan->spans[SPAN_STEP].end - plan->spans[SPAN_STEP].first;
    struct profile *out = memory_new(1, sizeof *out + (size_t)n_rows * sizeof *out->rows, e);
    struct measuring m = {
        .x = x,
        .loader = loader,
        .epoch = 1,
        .communicator = c,
        .whole = whole,
        .step = { .rows = (int)(own.end - own.begin),
                  .first = (int)own.begin,
                  .whole = (int)whole,
                  .communicator = c,
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
        .times = memory_new((size_t)n_rows + ROWS_BEHIND, sizeof *m.times, e),
        .work = memory_new((size_t)n_rows, sizeof *m.work, e),
    };
    bool good = out && m.times && m.work && loader_start(loader, m.epoch, 0, e);

    if (good) {
        *out = (struct profile){
            .plan = plan, .images = m.step.rows, .n_rows = n_rows, .queued = x->ahead > 1 && !m.told,
            .ranks = ranks
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
