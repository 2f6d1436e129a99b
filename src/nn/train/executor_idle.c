#include "nn/train/executor_idle.h"

#include <string.h>

#include "base/limits.h"

/* Bytes of the largest sum over ranks that a step has. */
static size_t largest_sum(const struct plan *plan)
{
    int64_t count = 0;

    for (int i = plan->spans[SPAN_STEP].first; i < plan->spans[SPAN_STEP].end; i++)
        if (plan->ops[i].kind == OP_ALL_REDUCE)
            count = int64_max(count, plan->ops[i].update.count);
    return (size_t)count * sizeof(float);
}

/* False without memory, which sticks. */
static bool make_zeros(struct executor *x)
{
    const size_t bytes = largest_sum(x->plan);

    if (!x->zeros && (x->zeros = x->backend->ops->stage(x->backend, bytes)))
        memset(x->zeros, 0, bytes);
    return x->zeros != NULL;
}

/* Zeros are what this rank brings to a sum. */
static void clear_numbers(struct executor *x, const struct op *op)
{
    const struct plan_value *v = plan_place(x->plan, op->in[0]);

    x->backend->ops->upload(x->backend, x->arenas[v->arena], v->offset, x->zeros,
                            (size_t)op->update.count * sizeof(float));
}

/* Does the operation belong to what ranks do together? Batch norm over the whole batch follows its moving mean and
 * variance; what it makes of the images of an earlier step is not looked at. */
static bool is_shared(const struct op *op)
{
    switch (op->kind) {
    case OP_ALL_REDUCE:
    case OP_AWAIT:
    case OP_MERGE_MOMENTS: return true;
    case OP_BATCH_NORM: return op->norm.ranks > 1;
    default: return false;
    }
}

void executor_idle(struct executor *x, enum span span, struct executor_slot *slot)
{
    const struct plan *plan = x->plan;
    struct step step = slot->step;

    step.rows = 1; /* as many as a backend wants at least */
    memset(slot->metrics, 0, 2 * sizeof *slot->metrics);
    if (span != SPAN_STEP || plan->arena_bytes[ARENA_GRADIENTS] == 0 || !make_zeros(x))
        return;
    for (int i = plan->spans[SPAN_FORWARD].first; i < plan->spans[SPAN_BACKWARD].end; i++) {
        if (!is_shared(&plan->ops[i]))
            continue;
        if (plan->ops[i].kind == OP_ALL_REDUCE)
            clear_numbers(x, &plan->ops[i]);
        x->backend->ops->run(x->backend, i, i + 1, &step);
    }
    x->backend->ops->run(x->backend, plan->spans[SPAN_UPDATE].first, plan->spans[SPAN_UPDATE].end, &step);
}
