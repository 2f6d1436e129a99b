#include "nn/plan/plan_fuse.h"

#include <stdlib.h>
#include <string.h>

static int uses_by(const struct plan *plan, int position, value v)
{
    const struct op *op = &plan->ops[position];
    int count = 0;

    for (int k = 0; k < OP_INPUTS; k++)
        count += op->in[k] != VALUE_NONE && plan_root(plan, op->in[k]) == plan_root(plan, v);
    return count;
}

int plan_fuse_uses(const struct plan *plan, value v)
{
    int count = 0;

    for (int i = 0; i < plan->n_ops; i++)
        count += uses_by(plan, i, v);
    return count;
}

int plan_fuse_reader(const struct plan *plan, value v, int after)
{
    for (int i = after + 1; i < plan->n_ops; i++)
        if (uses_by(plan, i, v))
            return i;
    return NOBODY;
}

void plan_fuse_remove(struct plan *plan, int position)
{
    plan->n_ops--;
    memmove(&plan->ops[position], &plan->ops[position + 1], (size_t)(plan->n_ops - position) * sizeof *plan->ops);
    for (int s = 0; s < SPAN_COUNT; s++) {
        plan->spans[s].first -= plan->spans[s].first > position;
        plan->spans[s].end -= plan->spans[s].end > position;
    }
}

void plan_fuse(struct plan_builder *b)
{
    const char *wanted = getenv("CUVETTE_FUSE");

    if (wanted && strcmp(wanted, "0") == 0)
        return;
    plan_fuse_activations(b->plan);
    plan_fuse_pools(b->plan);
    plan_fuse_dropouts(b->plan);
    plan_fuse_moments(b);
    plan_fuse_gradients(b->plan);
}
