/* The update list: clipping and an optimiser, each one operation over whole arenas. */
#include "nn/plan/plan_passes.h"

#include "base/text.h"

static struct op_update common(const struct recipe *recipe, size_t count)
{
    const struct recipe_optimiser *o = &recipe->optimiser;

    return (struct op_update){
        .count = (int64_t)count,
        .clip = (float)recipe->training.clip,
        .momentum = (float)o->momentum,
        .nesterov = o->nesterov,
        .beta1 = (float)o->beta1,
        .beta2 = (float)o->beta2,
        .epsilon = (float)o->epsilon,
        .weight_decay = (float)o->weight_decay,
        .decoupled = o->kind == OPTIMISER_ADAMW,
    };
}

static value moment(struct plan_builder *b, const char *name, int count)
{
    struct plan_value v = { .arena = ARENA_OPTIMISER, .element = ELEMENT_F32, .rank = 1, .dims = { count }, .alias = VALUE_NONE };

    text_copy(v.name, sizeof v.name, name);
    return plan_add_value(b, &v);
}

void plan_update(struct plan_builder *b, const struct recipe *recipe)
{
    b->layer = -1;

    value parameters = plan_whole(b, "parameters", ARENA_PARAMETERS), gradients = plan_whole(b, "gradients", ARENA_GRADIENTS);
    int count = b->failed ? 0 : b->plan->values[parameters].dims[0];
    struct op op = { .in = { parameters, gradients, VALUE_NONE, VALUE_NONE }, .update = common(recipe, (size_t)count) };

    if (recipe->training.clip > 0)
        plan_append(b, &(struct op){ .kind = OP_CLIP_GRADIENT, .in = { gradients }, .update = op.update });

    switch (recipe->optimiser.kind) {
    case OPTIMISER_SGD:
        op.kind = OP_SGD;
        if (recipe->optimiser.momentum > 0)
            op.in[2] = moment(b, "velocity", count);
        break;
    case OPTIMISER_ADAM:
    case OPTIMISER_ADAMW:
        op.kind = OP_ADAM;
        op.in[2] = moment(b, "first", count);
        op.in[3] = moment(b, "second", count);
        break;
    }
    plan_append(b, &op);
}
