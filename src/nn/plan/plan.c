#include "nn/plan/plan.h"

#include <stdlib.h>
#include <string.h>

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    free(plan->values);
    free(plan->ops);
    free(plan);
}

size_t plan_value_count(const struct plan_value *v)
{
    size_t count = 1;

    for (int i = 0; i < v->rank; i++)
        count *= (size_t)v->dims[i];
    return count;
}

size_t plan_parameters(const struct plan *plan)
{
    size_t count = 0;

    for (value v = 0; v < plan->n_values; v++)
        if (plan->values[v].arena == ARENA_PARAMETERS && !plan->values[v].whole)
            count += plan_value_count(&plan->values[v]);
    return count;
}

size_t plan_bytes(const struct plan *plan)
{
    size_t bytes = 0;

    for (int a = 0; a < ARENA_COUNT; a++)
        bytes += plan->arena_bytes[a];
    return bytes;
}

value plan_root(const struct plan *plan, value v)
{
    while (plan->values[v].alias != VALUE_NONE)
        v = plan->values[v].alias;
    return v;
}

const struct plan_value *plan_place(const struct plan *plan, value v)
{
    return &plan->values[plan_root(plan, v)];
}

static int uses_by(const struct plan *plan, int position, value v)
{
    const struct op *op = &plan->ops[position];
    int count = 0;

    for (int k = 0; k < OP_INPUTS; k++)
        count += op->in[k] != VALUE_NONE && plan_root(plan, op->in[k]) == plan_root(plan, v);
    return count;
}

int plan_uses(const struct plan *plan, value v)
{
    int count = 0;

    for (int i = 0; i < plan->n_ops; i++)
        count += uses_by(plan, i, v);
    return count;
}

int plan_reader(const struct plan *plan, value v, int after)
{
    for (int i = after + 1; i < plan->n_ops; i++)
        if (uses_by(plan, i, v))
            return i;
    return PLAN_END;
}

void plan_remove(struct plan *plan, int position)
{
    plan->n_ops--;
    memmove(&plan->ops[position], &plan->ops[position + 1], (size_t)(plan->n_ops - position) * sizeof *plan->ops);
    for (int s = 0; s < SPAN_COUNT; s++) {
        plan->spans[s].first -= plan->spans[s].first > position;
        plan->spans[s].end -= plan->spans[s].end > position;
    }
}
