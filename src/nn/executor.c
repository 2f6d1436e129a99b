#include "nn/executor.h"

bool executor_open(struct executor *x, const struct backend_class *backend, const struct device_choice *choice,
                   const struct plan *plan, struct error *e)
{
    *x = (struct executor){ .plan = plan };
    if (backend->abi != BACKEND_ABI || backend->size != sizeof *backend)
        return error_set(e, ERROR_DEVICE, "the %s backend was built for another version of cuvette", backend->name);
    x->backend = backend->open(choice, e);
    if (!x->backend)
        return false;

    bool good = true;

    for (int a = 0; good && a < ARENA_COUNT; a++)
        good = plan->arena_bytes[a] == 0 || x->backend->ops->alloc(x->backend, plan->arena_bytes[a], &x->arenas[a]);
    good = good && x->backend->ops->prepare(x->backend, plan, x->arenas);
    if (!x->backend->ops->wait(x->backend, e))
        good = false;
    if (!good)
        executor_close(x);
    return good;
}

void executor_close(struct executor *x)
{
    if (!x->backend)
        return;
    for (int a = 0; a < ARENA_COUNT; a++)
        if (x->arenas[a].handle)
            x->backend->ops->free(x->backend, x->arenas[a]);
    x->backend->ops->close(x->backend);
    *x = (struct executor){ 0 };
}

bool executor_write_weights(struct executor *x, const float *parameters, const float *statistics, struct error *e)
{
    const struct backend_ops *ops = x->backend->ops;

    ops->upload(x->backend, x->arenas[ARENA_PARAMETERS], 0, parameters, x->plan->arena_bytes[ARENA_PARAMETERS]);
    ops->upload(x->backend, x->arenas[ARENA_STATISTICS], 0, statistics, x->plan->arena_bytes[ARENA_STATISTICS]);
    return ops->wait(x->backend, e);
}

bool executor_read_weights(struct executor *x, float *parameters, float *statistics, struct error *e)
{
    const struct backend_ops *ops = x->backend->ops;

    ops->download(x->backend, parameters, x->arenas[ARENA_PARAMETERS], 0, x->plan->arena_bytes[ARENA_PARAMETERS]);
    ops->download(x->backend, statistics, x->arenas[ARENA_STATISTICS], 0, x->plan->arena_bytes[ARENA_STATISTICS]);
    return ops->wait(x->backend, e);
}

void executor_write_batch(struct executor *x, const struct batch *batch)
{
    const struct plan *plan = x->plan;
    const struct backend_ops *ops = x->backend->ops;
    struct buffer to = x->arenas[ARENA_BATCH];
    size_t count = (size_t)batch->count;

    ops->upload(x->backend, to, plan->values[plan->images].offset, batch->images, count * shape_size(plan->input));
    ops->upload(x->backend, to, plan->values[plan->labels].offset, batch->labels, count * sizeof *batch->labels);
    ops->upload(x->backend, to, plan->values[plan->index].offset, batch->index, count * sizeof *batch->index);
}

bool executor_step(struct executor *x, enum span span, const struct batch *batch, const struct step *step, float *loss,
                   float *correct, struct error *e)
{
    const struct plan *plan = x->plan;
    const struct backend_ops *ops = x->backend->ops;
    float metrics[2];

    executor_write_batch(x, batch);
    ops->run(x->backend, plan->spans[span].first, plan->spans[span].end, step);
    ops->download(x->backend, metrics, x->arenas[ARENA_METRICS], plan->values[plan->metrics].offset, sizeof metrics);
    if (!ops->wait(x->backend, e))
        return false;
    *loss = metrics[0];
    *correct = metrics[1];
    return true;
}

bool executor_evaluate(struct executor *x, struct loader *loader, bool (*go_on)(void *context), void *context,
                       struct evaluation *out, struct error *e)
{
    double loss_sum = 0, correct_sum = 0;
    const struct batch *batch;

    *out = (struct evaluation){ 0 };
    e->kind = ERROR_NONE;
    if (!loader_start(loader, 0, 0, e))
        return false;
    while ((batch = loader_next(loader, e))) {
        struct step step = { .rows = batch->count };
        float loss, correct;

        if (go_on && !go_on(context))
            return error_set(e, ERROR_STOPPED, "the evaluation was stopped");
        if (!executor_step(x, SPAN_EVALUATE, batch, &step, &loss, &correct, e))
            return false;
        loss_sum += (double)loss * batch->count;
        correct_sum += correct;
        out->images += (uint32_t)batch->count;
    }
    if (e->kind != ERROR_NONE)
        return false;
    out->loss = loss_sum / out->images; /* a loader has at least one image */
    out->accuracy = correct_sum / out->images;
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
