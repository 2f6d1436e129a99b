#include "nn/train/executor.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "nn/train/executor_idle.h"
#include "nn/train/executor_parts.h"

/* All but images, which not every step brings. */
static bool stage_slots(struct executor *x)
{
    const struct backend_ops *ops = x->backend->ops;
    size_t rows = (size_t)x->plan->step + (size_t)x->plan->next;

    for (struct executor_slot *slot = x->slots; slot < x->slots + x->ahead; slot++) {
        slot->metrics = ops->stage(x->backend, 2 * sizeof *slot->metrics);
        if (!slot->metrics)
            return false;
        if (x->ahead == 1)
            continue; /* batches go straight to the device */
        slot->labels = ops->stage(x->backend, rows * sizeof *slot->labels);
        slot->index = ops->stage(x->backend, rows * sizeof *slot->index);
        if (!slot->labels || !slot->index)
            return false;
    }
    return true;
}

static bool prepare(struct executor *x)
{
    const struct backend_ops *ops = x->backend->ops;
    const struct plan *plan = x->plan;

    for (int a = 0; a < ARENA_COUNT; a++)
        if (plan->arena_bytes[a] > 0 && !ops->alloc(x->backend, plan->arena_bytes[a], &x->arenas[a]))
            return false;
    return ops->prepare(x->backend, plan, x->arenas) && stage_slots(x);
}

/* Only one of several buffers was refused: the error adds how much all of them need, and what would fit. */
static void suggest_batch(const struct plan *plan, uint64_t room, struct error *e)
{
    int fitting = plan_fitting_batch(plan, room), parts = plan_fitting_parts(plan, room);
    char all[32];

    if (room == 0 || fitting >= plan->step)
        return;
    text_bytes(all, sizeof all, plan_bytes(plan));
    text_append(e->text, sizeof e->text, "; %sa batch of %d would fit", fitting < 1 ? "not even " : "",
                fitting < 1 ? 1 : fitting);
    if (parts > 1)
        text_append(e->text, sizeof e->text, ", or this one with accumulate = %d", parts);
    text_append(e->text, sizeof e->text, " (%d takes %s and more)", plan->step, all);
}

bool executor_open(struct executor *x, const struct backend_class *backend, const struct device_choice *choice,
                   const struct plan *plan, struct error *e)
{
    int ahead = backend->ahead < EXECUTOR_AHEAD_MAX ? backend->ahead : EXECUTOR_AHEAD_MAX;

    *x = (struct executor){ .plan = plan, .ahead = ahead > 1 ? ahead : 1 };
    if (backend->abi != BACKEND_ABI || backend->size != sizeof *backend)
        return error_set(e, ERROR_DEVICE, "the %s backend was built for another version of cuvette", backend->name);
    x->backend = backend->open(choice, e);
    if (!x->backend)
        return false;

    uint64_t room = x->backend->ops->room(x->backend);
    bool good = prepare(x);

    if (!x->backend->ops->wait(x->backend, e))
        good = false;
    if (good && executor_parts_open(x, e)) {
        uint64_t left = x->backend->ops->room(x->backend);

        x->taken = room > left ? room - left : 0;
        return true;
    }
    if (e->kind == ERROR_MEMORY)
        suggest_batch(plan, room, e);
    executor_close(x);
    return false;
}

/* Room for what take_back() needs. */
static bool make_room_to_take_back(struct executor *x, struct error *e)
{
    size_t bytes = x->plan->arena_bytes[ARENA_STATISTICS];

    if (x->ahead == 1 && bytes > 0 && !x->statistics)
        x->statistics = memory_new_aligned(1, bytes, e);
    return x->ahead > 1 || bytes == 0 || x->statistics;
}

bool executor_stop_by(struct executor *x, bool (*go_on)(void *context), void *context, struct error *e)
{
    if (!make_room_to_take_back(x, e))
        return false;
    x->go_on = go_on;
    x->go_on_context = context;
    return true;
}

bool executor_join(struct executor *x, struct communicator *c, double patience, struct error *e)
{
    return make_room_to_take_back(x, e) &&
           (!x->backend->ops->join || x->backend->ops->join(x->backend, c, patience, e));
}

static void unstage(struct executor *x, void *memory)
{
    if (memory)
        x->backend->ops->unstage(x->backend, memory);
}

static void free_buffer(struct executor *x, struct buffer buffer)
{
    if (buffer.handle)
        x->backend->ops->free(x->backend, buffer);
}

void executor_close(struct executor *x)
{
    if (!x->backend)
        return;
    executor_abandon(x);
    for (const struct executor_slot *slot = x->slots; slot < x->slots + x->ahead; slot++) {
        unstage(x, slot->images);
        unstage(x, slot->labels);
        unstage(x, slot->index);
        unstage(x, slot->metrics);
        unstage(x, slot->features);
        unstage(x, slot->probabilities);
    }
    unstage(x, x->zeros);
    for (int split = 0; split < SPLIT_COUNT; split++) {
        free_buffer(x, x->held[split].images);
        free(x->held[split].features);
        free(x->held[split].labels);
    }
    for (int a = 0; a < ARENA_COUNT; a++)
        free_buffer(x, x->arenas[a]);
    free(x->statistics);
    free(x->work_of_part);
    x->backend->ops->close(x->backend);
    *x = (struct executor){ 0 };
}

bool executor_write_arena(struct executor *x, enum arena arena, const void *from, struct error *e)
{
    x->backend->ops->upload(x->backend, x->arenas[arena], 0, from, x->plan->arena_bytes[arena]);
    return x->backend->ops->wait(x->backend, e);
}

bool executor_read_arena(struct executor *x, enum arena arena, void *to, struct error *e)
{
    x->backend->ops->download(x->backend, to, x->arenas[arena], 0, x->plan->arena_bytes[arena]);
    return x->backend->ops->wait(x->backend, e);
}

bool executor_write_weights(struct executor *x, const float *parameters, const float *statistics, struct error *e)
{
    return executor_write_arena(x, ARENA_PARAMETERS, parameters, e) &&
           executor_write_arena(x, ARENA_STATISTICS, statistics, e);
}

bool executor_read_weights(struct executor *x, float *parameters, float *statistics, struct error *e)
{
    return executor_read_arena(x, ARENA_PARAMETERS, parameters, e) &&
           executor_read_arena(x, ARENA_STATISTICS, statistics, e);
}

static size_t row_bytes(const struct executor *x)
{
    return (size_t)x->plan->classes * sizeof(float);
}

bool executor_want_probabilities(struct executor *x, struct error *e)
{
    for (struct executor_slot *slot = x->slots; slot < x->slots + x->ahead; slot++)
        if (!slot->probabilities)
            slot->probabilities = x->backend->ops->stage(x->backend, (size_t)x->plan->batch * row_bytes(x));
    return x->backend->ops->wait(x->backend, e);
}

void executor_write_batch(struct executor *x, const struct batch *batch)
{
    executor_parts_write(x, batch);
}

/* A step of this rank's images, and its results into the slot. */
static void compute(struct executor *x, enum span span, const struct batch *batch, struct executor_slot *slot,
                    struct executor_manner how)
{
    const struct plan *plan = x->plan;
    const struct backend_ops *ops = x->backend->ops;

    executor_parts_run(x, span, slot, batch, how);
    ops->download(x->backend, slot->metrics, x->arenas[ARENA_METRICS], plan->values[plan->metrics].offset,
                  2 * sizeof *slot->metrics);
    if (slot->probabilities)
        ops->download(x->backend, slot->probabilities, x->arenas[ARENA_ACTIVATIONS],
                      plan_place(plan, plan->probabilities)->offset, (size_t)batch->count * row_bytes(x));
}

/* A failure sticks, and executor_end() reports it. */
static void begin(struct executor *x, enum span span, const struct batch *batch, const struct step *step,
                  struct executor_manner how)
{
    const struct plan *plan = x->plan;
    const struct backend_ops *ops = x->backend->ops;
    struct executor_slot *slot = &x->slots[x->begun++ % (uint64_t)x->ahead];

    slot->step = *step;
    slot->step.communicator = x->exchange ? x->exchange->communicator : NULL;
    if (x->ahead == 1 && !slot->step.go_on) {
        slot->step.go_on = x->go_on;
        slot->step.go_on_context = x->go_on_context;
    }
    if (x->statistics && span == SPAN_STEP)
        ops->download(x->backend, x->statistics, x->arenas[ARENA_STATISTICS], 0, plan->arena_bytes[ARENA_STATISTICS]);
    slot->step.images = batch->images ? (struct buffer){ 0 } : x->held[batch->split].images;
    slot->stopped = false;
    slot->trains = span == SPAN_STEP;
    x->copy_seconds = x->work_seconds = x->look_seconds = 0;
    if (batch->count > 0)
        compute(x, span, batch, slot, how);
    else
        executor_idle(x, span, slot);
    slot->mark = ops->mark(x->backend);
}

void executor_begin(struct executor *x, enum span span, const struct batch *batch, const struct step *step)
{
    begin(x, span, batch, step, (struct executor_manner){ .work = NULL });
}

void executor_begin_measured(struct executor *x, enum span span, const struct batch *batch, const struct step *step,
                             struct op_work *work)
{
    begin(x, span, batch, step, (struct executor_manner){ .work = work });
}

void executor_begin_looked_at(struct executor *x, const struct batch *batch, const struct step *step)
{
    begin(x, SPAN_STEP, batch, step, (struct executor_manner){ .looked_at = true });
}

bool executor_can_measure(const struct executor *x)
{
    return x->backend->ops->measure != NULL;
}

int executor_under_way(const struct executor *x)
{
    return (int)(x->begun - x->ended);
}

/* The forward pass updates batch norm's moving mean and variance. */
static void take_back(struct executor *x)
{
    if (x->statistics)
        x->backend->ops->upload(x->backend, x->arenas[ARENA_STATISTICS], 0, x->statistics,
                                x->plan->arena_bytes[ARENA_STATISTICS]);
    x->ended = x->begun;
}

/* Of which parts were left out: since it was stopped, or since another rank was lost. */
static bool end_in_the_middle(struct executor *x, struct error *e)
{
    take_back(x);
    if (x->exchange)
        exchange_lost(x->exchange, e);
    return false;
}

bool executor_end(struct executor *x, struct executor_result *out, struct error *e)
{
    const struct executor_slot *slot = &x->slots[x->ended % (uint64_t)x->ahead];

    if (!x->backend->ops->reach(x->backend, slot->mark, e) ||
        (slot->stopped && !error_set(e, ERROR_STOPPED, "stopped in the middle of a step")))
        return e->kind == ERROR_STOPPED ? end_in_the_middle(x, e) : false;
    x->ended++;

    double loss = (double)slot->metrics[0], correct = (double)slot->metrics[1];

    bool told = !x->exchange || exchange_words(x->exchange, &loss, &correct, e);

    if (!told && slot->trains) {
        const double images = slot->step.rows > 0 ? (double)step_whole(&slot->step) / slot->step.rows : 0;

        x->untold = true;
        loss *= images;
        correct *= images;
    }
    *out = (struct executor_result){ .step = slot->step, .loss = (float)loss, .correct = (float)correct,
                                    .probabilities = slot->probabilities };
    return told;
}

void executor_abandon(struct executor *x)
{
    struct error ignored;

    x->backend->ops->wait(x->backend, &ignored);
    x->ended = x->begun;
}

bool executor_step(struct executor *x, enum span span, const struct batch *batch, const struct step *step, float *loss,
                   float *correct, struct error *e)
{
    struct executor_result result;

    executor_begin(x, span, batch, step);
    if (!executor_end(x, &result, e)) {
        executor_abandon(x);
        return false;
    }
    *loss = result.loss;
    *correct = result.correct;
    return true;
}

void executor_normalise(const struct plan *plan, const struct statistics *measured, float *statistics)
{
    const struct plan_value *v = &plan->values[plan->normalisation];
    float *to = statistics + v->offset / sizeof *statistics;
    int channels = v->dims[1];

    for (int c = 0; c < channels; c++) {
        to[c] = measured->mean[c];
        to[channels + c] = 1 / measured->deviation[c];
    }
}
