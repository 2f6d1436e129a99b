#include "nn/plan/plan_distribute.h"

#include "base/limits.h"

/* It writes this gradient, or adds to all of them what other parts of the step gave. */
static bool makes(const struct plan *plan, const struct op *op, value gradient)
{
    if (op->kind == OP_ACCUMULATE)
        return plan->values[op->in[0]].arena == ARENA_GRADIENTS;
    for (int k = 0; k < OP_OUTPUTS; k++)
        if (op->out[k] == gradient)
            return true;
    return false;
}

/* The place behind the last operation that makes this gradient, and behind the one that runs beside that. Between batch
 * norm's two sums over ranks and what follows from them there is none: all would wait for the gradients, too. */
static int behind(const struct plan *plan, value gradient)
{
    int last = plan->spans[SPAN_BACKWARD].first;

    for (int i = last; i < plan->spans[SPAN_BACKWARD].end; i++)
        if (makes(plan, &plan->ops[i], gradient))
            last = i;
    if (plan->ops[last].kind == OP_BATCH_NORM_SUMS)
        while (plan->ops[last].kind != OP_BATCH_NORM_INPUT_GRADIENT)
            last++;
    return last + 1 + plan->ops[last].beside_next;
}

static void insert(struct plan_builder *b, int position, enum op_kind kind, value gradients)
{
    if (b->failed)
        return;

    const struct op op = { .kind = kind,
                           .in = { gradients },
                           .update = { .count = b->plan->values[gradients].dims[0] } };

    b->layer = -1;
    plan_insert(b, position, &op);
}

static bool is_gradient(const struct plan_value *v)
{
    return v->arena == ARENA_GRADIENTS && !v->whole;
}

/* Gradients from `first` up to `end`, which another bucket begins with; VALUE_NONE: to the last. */
static void insert_bucket(struct plan_builder *b, value first, value end)
{
    int position = 0;

    for (value v = first; v < (end == VALUE_NONE ? b->plan->n_values : end); v++)
        if (is_gradient(&b->plan->values[v]))
            position = int_max(position, behind(b->plan, v));
    insert(b, position, OP_ALL_REDUCE, plan_part(b, "gradients", ARENA_GRADIENTS, first, end));
}

void plan_distribute(struct plan_builder *b, size_t bucket)
{
    value first = VALUE_NONE, end = VALUE_NONE;
    size_t bytes = 0;

    for (value v = b->failed ? 0 : b->plan->n_values; v-- > 0 && !b->failed;) {
        if (!is_gradient(&b->plan->values[v]))
            continue;
        first = v;
        bytes += plan_aligned(b->plan->values[v].bytes);
        if (bytes < bucket)
            continue;
        insert_bucket(b, first, end);
        end = first;
        bytes = 0;
    }
    if (b->failed || first == VALUE_NONE)
        return;
    if (bytes > 0)
        insert_bucket(b, first, end);
    insert(b, b->plan->spans[SPAN_BACKWARD].end, OP_AWAIT, plan_whole(b, "gradients", ARENA_GRADIENTS));
}
