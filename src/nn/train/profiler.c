#include "nn/train/profiler.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "nn/recipe/recipe.h"

_Static_assert((int)STEP_LAYERS_MAX >= (int)LAYERS_MAX, "a step profile has room for every layer");

static int operations_of(const struct plan *plan)
{
    return plan->spans[SPAN_STEP].end - plan->spans[SPAN_STEP].first;
}

bool profiler_open(struct profiler *p, const struct plan *plan, int whole, bool queued, struct error *e)
{
    size_t count = (size_t)operations_of(plan);

    *p = (struct profiler){ .plan = plan, .queued = queued };
    for (int i = plan->spans[SPAN_STEP].first; i < plan->spans[SPAN_STEP].end; i++)
        p->flops += plan_cost(plan, &plan->ops[i], whole).flops;
    p->sample = memory_new(count, sizeof *p->sample, e);
    p->samples = p->sample ? memory_new(count, sizeof *p->samples, e) : NULL;
    p->operations = p->samples ? memory_new(count, sizeof *p->operations, e) : NULL;
    return p->operations != NULL;
}

void profiler_close(struct profiler *p)
{
    free(p->sample);
    free(p->samples);
    free(p->operations);
    *p = (struct profiler){ 0 };
}

bool profiler_due(const struct profiler *p, double clock)
{
    enum { WARM_UP = 5 };

    return p->all.steps >= WARM_UP && clock >= p->next_sample;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(const double samples[PROFILER_SAMPLES], int count)
{
    double sorted[PROFILER_SAMPLES];

    memcpy(sorted, samples, sizeof sorted);
    qsort(sorted, (size_t)count, sizeof *sorted, ascending);
    return sorted[count / 2];
}

void profiler_sampled(struct profiler *p, double clock, double seconds)
{
    const double least = 0.25, most = 10, to_cost = 250;
    int at = p->n_samples++ % PROFILER_SAMPLES, count = int_min(p->n_samples, PROFILER_SAMPLES);

    for (int i = 0; i < operations_of(p->plan); i++) {
        p->samples[i][at] = p->sample[i].seconds;
        p->operations[i] = median(p->samples[i], count);
    }
    p->more[at] = seconds;
    p->next_sample = clock + fmin(fmax(to_cost * median(p->more, count), least), most);
}

static struct profiler_wait sum_of_waits(struct profiler_wait a, struct profiler_wait b)
{
    return (struct profiler_wait){ a.read + b.read, a.decode + b.decode, a.other + b.other,
                                   a.processor + b.processor };
}

static struct profiler_wait part_of_wait(struct profiler_wait w, double factor)
{
    return (struct profiler_wait){ w.read * factor, w.decode * factor, w.other * factor, w.processor * factor };
}

/* Who waits for a batch waits in the proportions in which the threads that made it read, decoded and did neither. A
 * source that tells nothing of threads reads. */
void profiler_waited(struct profiler *p, double seconds, const struct source_effort *effort)
{
    struct profiler_wait wait = { .read = seconds };

    if (effort && effort->available > 0) {
        double read = fmin(effort->reading / effort->available, 1);
        double decode = fmin(effort->decoding / effort->available, 1 - read);

        wait = (struct profiler_wait){ seconds * read, seconds * decode, seconds * (1 - read - decode),
                                       effort->processor };
    }
    if (effort)
        p->threads = effort->threads;
    p->wait = sum_of_waits(p->wait, wait);
}

static struct profiler_exchange sum_of_exchanges(struct profiler_exchange a, struct profiler_exchange b)
{
    return (struct profiler_exchange){ a.awaited + b.awaited, a.told + b.told, a.summing + b.summing };
}

static struct profiler_exchange part_of_exchange(struct profiler_exchange x, double factor)
{
    return (struct profiler_exchange){ x.awaited * factor, x.told * factor, x.summing * factor };
}

static void add(struct profiler_sums *to, struct profiler_sums more)
{
    to->steps += more.steps;
    to->step += more.step;
    to->wait = sum_of_waits(to->wait, more.wait);
    to->copy += more.copy;
    to->work += more.work;
    to->exchange = sum_of_exchanges(to->exchange, more.exchange);
}

static void add_to_both(struct profiler *p, struct profiler_sums more)
{
    add(&p->recent, more);
    add(&p->all, more);
}

void profiler_begun(struct profiler *p, double copy, double work)
{
    add_to_both(p, (struct profiler_sums){ .wait = p->wait, .copy = copy, .work = work });
    p->wait = (struct profiler_wait){ .read = 0 };
}

void profiler_exchanged(struct profiler *p, struct profiler_exchange seconds)
{
    add_to_both(p, (struct profiler_sums){ .work = -seconds.awaited, .exchange = seconds });
}

/* What is older counts half, so that a change is seen within seconds. */
void profiler_ended(struct profiler *p, double seconds)
{
    const double window = 10;
    struct profiler_sums *r = &p->recent;

    add_to_both(p, (struct profiler_sums){ .steps = 1, .step = seconds });
    if (r->step > window)
        *r = (struct profiler_sums){ r->steps / 2, r->step / 2, r->copy / 2, r->work / 2,
                                     part_of_wait(r->wait, 0.5), part_of_exchange(r->exchange, 0.5) };
}

static bool awaits(const struct profiler *p, int operation)
{
    return p->plan->ops[p->plan->spans[SPAN_STEP].first + operation].kind == OP_AWAIT;
}

/* Of the operations that wait for other ranks, or of all others. */
static double sampled_seconds(const struct profiler *p, bool of_waits)
{
    double sum = 0;

    for (int i = 0; i < operations_of(p->plan); i++)
        sum += awaits(p, i) == of_waits ? p->operations[i] : 0;
    return sum;
}

static enum step_part part_of(const struct plan *plan, int position)
{
    return position < plan->spans[SPAN_FORWARD].end    ? STEP_FORWARD
           : position < plan->spans[SPAN_BACKWARD].end ? STEP_BACKWARD
                                                       : STEP_UPDATE;
}

/* The time of the device, shared out in the proportions of the samples. */
static void share_out(const struct profiler *p, double work, struct step_profile *out)
{
    const struct plan *plan = p->plan;
    int first = plan->spans[SPAN_STEP].first;
    double sampled = sampled_seconds(p, false);

    for (int i = 0; i < operations_of(plan); i++) {
        double seconds = awaits(p, i) ? 0 : work * p->operations[i] / sampled;
        enum step_part part = part_of(plan, first + i);
        int layer = plan->ops[first + i].layer;

        if (layer + 1 > out->n_layers)
            out->n_layers = layer + 1;
        out->part[part] += seconds;
        out->layer[layer < 0 ? STEP_LAYERS_MAX : layer][part] += seconds;
    }
    for (int part = 0; part < STEP_PARTS_COUNT; part++)
        out->layer[out->n_layers][part] = out->layer[STEP_LAYERS_MAX][part];
}

/* As much of the waits as there is room for: what a device hides counts nothing. */
static void share_out_waits(struct profiler_wait mean, double room, struct step_profile *out)
{
    double all = mean.read + mean.decode + mean.other, factor = all > room ? room / all : 1;

    out->part[STEP_READ] = mean.read * factor;
    out->part[STEP_DECODE] = mean.decode * factor;
    out->part[STEP_WAIT] = mean.other * factor;
    out->decoding_cores = mean.processor / out->step;
}

/* Waiting for other ranks: what a device that works beside the host does itself is known of samples alone. */
static double ranks_seconds(const struct profiler *p, struct profiler_exchange mean)
{
    return p->queued ? sampled_seconds(p, true) : mean.awaited + mean.told;
}

static void show_sums(const struct profiler *p, struct profiler_exchange mean, struct step_profile *out)
{
    double awaited = p->queued ? sampled_seconds(p, true) : mean.awaited;

    if (!p->tells_sums || mean.summing <= 0)
        return;
    out->summing = mean.summing;
    out->hidden = fmax(mean.summing - awaited, 0);
}

/* A device that works beside the host hides what the host does meanwhile: it waits for images only where it has nothing
 * else to do. */
void profiler_show(const struct profiler *p, bool all, struct step_profile *out)
{
    const struct profiler_sums *sums = all ? &p->all : &p->recent;
    double steps = fmax(sums->steps, 1), work = p->queued ? sampled_seconds(p, false) : sums->work / steps;
    const struct profiler_exchange exchange = part_of_exchange(sums->exchange, 1 / steps);
    double *part = out->part;

    *out = (struct step_profile){ .sampled = p->n_samples > 0, .flops = p->flops, .summing = -1,
                                  .from_files = p->from_files,
                                  .decoding_threads = p->threads };
    if (sums->steps < 1 || (p->queued && !out->sampled))
        return;
    out->step = sums->step / steps;
    work = fmin(work, out->step);
    part[STEP_RANKS] = fmin(ranks_seconds(p, exchange), out->step - work);
    show_sums(p, exchange, out);
    part[STEP_COPY] = fmin(sums->copy / steps, out->step - work - part[STEP_RANKS]);
    share_out_waits(part_of_wait(sums->wait, 1 / steps),
                    fmax(out->step - work - part[STEP_RANKS] - part[STEP_COPY], 0), out);
    part[STEP_OTHER] = fmax(out->step - work - part[STEP_RANKS] - part[STEP_COPY] - part[STEP_READ] -
                                part[STEP_DECODE] - part[STEP_WAIT], 0);
    if (out->sampled)
        share_out(p, work, out);
    else
        part[STEP_FORWARD] = work;
}
