#include "nn/plan/backend.h"

#include "base/memory.h"

struct device_choice backend_replica(const struct device_choice *several, int place)
{
    uint64_t rest = several->among;

    if (several->replicas <= 1)
        return *several;
    if (rest == 0)
        return (struct device_choice){ .index = several->index, .threads = several->threads, .one = place,
                                       .of = several->replicas };
    for (int i = 0; i < place; i++)
        rest &= rest - 1; /* without its lowest bit */
    return (struct device_choice){ .index = __builtin_ctzll(rest) };
}

static void *address(const struct plan *plan, const struct buffer arenas[ARENA_COUNT], value v)
{
    const struct plan_value *place;

    if (v == VALUE_NONE)
        return NULL;
    place = plan_place(plan, v);
    return (char *)arenas[place->arena].handle + place->offset;
}

struct bound_op *backend_bind(const struct plan *plan, const struct buffer arenas[ARENA_COUNT], struct error *e)
{
    struct bound_op *bound = memory_new((size_t)plan->n_ops, sizeof *bound, e);

    for (int i = 0; bound && i < plan->n_ops; i++) {
        const struct op *op = bound[i].op = &plan->ops[i];

        for (int j = 0; j < OP_INPUTS; j++)
            bound[i].in[j] = address(plan, arenas, op->in[j]);
        for (int j = 0; j < OP_OUTPUTS; j++)
            bound[i].out[j] = address(plan, arenas, op->out[j]);
    }
    return bound;
}
