#include "nn/train/executor_parts.h"

#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"

static int operations_of(const struct plan *plan, enum span span)
{
    return plan->spans[span].end - plan->spans[span].first;
}

bool executor_parts_open(struct executor *x, struct error *e)
{
    if (plan_parts(x->plan) <= 1)
        return true;
    x->work_of_part = memory_new((size_t)operations_of(x->plan, SPAN_STEP), sizeof *x->work_of_part, e);
    return x->work_of_part != NULL;
}

void executor_parts_write(struct executor *x, const struct batch *batch)
{
    const struct plan *plan = x->plan;
    const struct backend_ops *ops = x->backend->ops;
    struct buffer to = x->arenas[ARENA_BATCH];
    size_t count = (size_t)batch->count + (size_t)batch->next;

    if (batch->images)
        ops->upload(x->backend, to, plan->values[plan->images].offset, batch->images, count * shape_size(plan->input));
    ops->upload(x->backend, to, plan->values[plan->labels].offset, batch->labels, count * sizeof *batch->labels);
    ops->upload(x->backend, to, plan->values[plan->index].offset, batch->index, count * sizeof *batch->index);
}

/* Of all slots at once, with no step under way yet: pinning memory may wait for the device, and that for other ranks.
 * A failure sticks. */
static void stage_images(struct executor *x)
{
    const size_t bytes = ((size_t)x->plan->step + (size_t)x->plan->next) * shape_size(x->plan->input);

    for (struct executor_slot *slot = x->slots; slot < x->slots + x->ahead; slot++)
        if (!slot->images)
            slot->images = x->backend->ops->stage(x->backend, bytes);
}

/* Copies a batch into the slot's staged memory; without room for it nothing is uploaded, and the failure sticks. */
static struct batch stage_batch(struct executor *x, struct executor_slot *slot, const struct batch *batch)
{
    size_t count = (size_t)batch->count + (size_t)batch->next, image = shape_size(x->plan->input);
    struct batch staged = { .labels = slot->labels, .index = slot->index, .count = batch->count,
                            .next = batch->next, .split = batch->split };

    memcpy(slot->labels, batch->labels, count * sizeof *slot->labels);
    memcpy(slot->index, batch->index, count * sizeof *slot->index);
    if (!batch->images)
        return staged;
    if (!slot->images)
        stage_images(x);
    if (slot->images)
        memcpy(slot->images, batch->images, count * image);
    staged.images = slot->images;
    return staged;
}

/* What frozen layers make of the images first..first+count-1 of a batch, where that is kept; without room for it the
 * failure sticks. */
static void write_features(struct executor *x, struct executor_slot *slot, const struct batch *batch, int first,
                           int count)
{
    const char *from = (const char *)x->held[batch->split].features;
    const struct backend_ops *ops = x->backend->ops;

    if (!from)
        return;

    const struct plan_value *to = &x->plan->values[x->plan->features];
    const size_t row = to->bytes / (size_t)x->plan->batch;

    if (!slot->features && !(slot->features = ops->stage(x->backend, (size_t)x->plan->step * row)))
        return;
    for (int i = first; i < first + count; i++)
        memcpy((char *)slot->features + (size_t)i * row, from + batch->index[i] * row, row);
    ops->upload(x->backend, x->arenas[ARENA_BATCH], to->offset, (char *)slot->features + (size_t)first * row,
                (size_t)count * row);
}

/* Behind a part is the first image of the next one, or what is behind the batch. */
static void write_part(struct executor *x, struct executor_slot *slot, const struct batch *batch, int first, int count)
{
    struct batch part = *batch;

    if (part.images)
        part.images += (size_t)first * shape_size(x->plan->input);
    part.labels += first;
    part.index += first;
    part.count = count;
    executor_parts_write(x, &part);
    write_features(x, slot, batch, first, count);
}

static void run(struct executor *x, int first, int end, const struct step *step)
{
    if (end > first)
        x->backend->ops->run(x->backend, first, end, step);
}

static void run_span(struct executor *x, enum span span, const struct step *step)
{
    run(x, x->plan->spans[span].first, x->plan->spans[span].end, step);
}

/* Nothing was left out, as far as a step can be stopped in its middle. */
static bool is_whole(struct executor *x, struct executor_slot *slot)
{
    const struct backend_ops *ops = x->backend->ops;
    struct error e;

    if (!slot->step.go_on || ops->reach(x->backend, ops->mark(x->backend), &e))
        return true;
    slot->stopped = e.kind == ERROR_STOPPED;
    return false;
}

/* Span after span, each with what looks at it. One of which something was left out is the last. */
static void run_looked_at(struct executor *x, struct executor_slot *slot, const struct step *step)
{
    static const enum span spans[][2] = { { SPAN_FORWARD, SPAN_HEALTH_FORWARD },
                                          { SPAN_BACKWARD, SPAN_HEALTH_BACKWARD },
                                          { SPAN_UPDATE, SPAN_HEALTH_UPDATE } };

    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        run_span(x, spans[i][0], step);
        if (!is_whole(x, slot))
            return;

        double before = clock_seconds();
        struct step look = *step;

        look.go_on = NULL;
        run_span(x, spans[i][1], &look);
        x->look_seconds += clock_seconds() - before;
    }
}

/* Adds what the operations of a part took to those of the parts before; the last part has more of them than these. */
static void measure(struct executor *x, int first, int end, const struct step *step, struct op_work *work)
{
    const bool whole = step->parts <= 1;
    struct op_work *took = whole ? work : x->work_of_part;
    struct error sticks;

    if (!whole && step->part == 0)
        memset(work, 0, (size_t)operations_of(x->plan, SPAN_STEP) * sizeof *work);
    if (!x->backend->ops->measure(x->backend, first, end, step, took, &sticks) || whole)
        return;
    for (int i = 0; i < end - first; i++) {
        work[i].seconds += took[i].seconds;
        work[i].launches += took[i].launches;
    }
}

static void run_part(struct executor *x, enum span span, struct executor_slot *slot, const struct step *step,
                     struct executor_manner how)
{
    const struct plan *plan = x->plan;
    const bool last = step->part + 1 >= step->parts;
    const int first = plan->spans[span].first, end = last ? plan->spans[span].end : plan->spans[SPAN_BACKWARD].end;

    if (how.work)
        measure(x, first, end, step, how.work);
    else if (how.looked_at && last)
        run_looked_at(x, slot, step);
    else
        run(x, first, end, step);
}

void executor_parts_run(struct executor *x, enum span span, struct executor_slot *slot, const struct batch *batch,
                        struct executor_manner how)
{
    const int count = batch->count, parts = int_ceil_div(count, x->plan->batch);
    double before = clock_seconds();
    const struct batch brought = x->ahead > 1 ? stage_batch(x, slot, batch) : *batch;

    slot->stopped = false;
    x->copy_seconds = x->work_seconds = x->look_seconds = 0;
    for (int part = 0; part < parts; part++) {
        const int first = (int)((int64_t)count * part / parts), end = (int)((int64_t)count * (part + 1) / parts);
        struct step step = slot->step;

        step.rows = end - first;
        step.first += first;
        step.whole = step_whole(&slot->step);
        step.part = part;
        step.parts = parts;
        write_part(x, slot, &brought, first, end - first);

        double written = clock_seconds();

        run_part(x, span, slot, &step, how);
        x->copy_seconds += written - before;
        before = clock_seconds();
        x->work_seconds += before - written;
        if (part + 1 < parts && !is_whole(x, slot))
            break;
    }
    x->work_seconds -= x->look_seconds;
}
