#include "nn/train/executor_idle.h"

#include <string.h>

/* Of operations between ranks alone, those of a span. */
static void run_sums(struct executor *x, enum span span, const struct step *step)
{
    const struct plan *plan = x->plan;

    for (int i = plan->spans[span].first; i < plan->spans[span].end; i++)
        if (plan->ops[i].kind == OP_ALL_REDUCE || plan->ops[i].kind == OP_AWAIT)
            x->backend->ops->run(x->backend, i, i + 1, step);
}

/* False without memory, which sticks. */
static bool clear_gradients(struct executor *x)
{
    const struct backend_ops *ops = x->backend->ops;
    const size_t bytes = x->plan->arena_bytes[ARENA_GRADIENTS];

    if (!x->no_gradients && (x->no_gradients = ops->stage(x->backend, bytes)))
        memset(x->no_gradients, 0, bytes);
    if (x->no_gradients)
        ops->upload(x->backend, x->arenas[ARENA_GRADIENTS], 0, x->no_gradients, bytes);
    return x->no_gradients != NULL;
}

void executor_idle(struct executor *x, enum span span, struct executor_slot *slot)
{
    const struct plan *plan = x->plan;
    struct step step = slot->step;

    step.rows = 1; /* what is run asks for none */
    memset(slot->metrics, 0, 2 * sizeof *slot->metrics);
    if (span != SPAN_STEP || plan->arena_bytes[ARENA_GRADIENTS] == 0 || !clear_gradients(x))
        return;
    run_sums(x, SPAN_BACKWARD, &step);
    x->backend->ops->run(x->backend, plan->spans[SPAN_UPDATE].first, plan->spans[SPAN_UPDATE].end, &step);
}
