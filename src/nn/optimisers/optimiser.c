#include "nn/optimisers/optimiser.h"

#include <stdio.h>

#include "base/text.h"

static const char *const names[] = {
#define OPTIMISER(KIND, name) [OPTIMISER_##KIND] = #name,
    OPTIMISERS(OPTIMISER)
#undef OPTIMISER
    NULL,
};

static const struct optimiser_class *const classes[] = {
#define OPTIMISER(KIND, name) [OPTIMISER_##KIND] = &optimiser_##name,
    OPTIMISERS(OPTIMISER)
#undef OPTIMISER
};

static const struct field fields[] = {
    CHOICE_FIELD(struct optimiser, kind, names, OPTIMISER_ADAM, "how gradients change the weights"),
    REAL_FIELD(struct optimiser, learning_rate, 1e-10, 100, 0.001, "size of a step, at the schedule's peak"),
    REAL_FIELD(struct optimiser, momentum, 0, 0.9999, 0, "of sgd and rmsprop"),
    SWITCH_FIELD(struct optimiser, nesterov, false, "sgd looks ahead"),
    REAL_FIELD(struct optimiser, rho, 0, 0.999999, 0.9, "decay of rmsprop's mean of squares"),
    REAL_FIELD(struct optimiser, beta1, 0, 0.9999, 0.9, "decay of adam's first moment"),
    REAL_FIELD(struct optimiser, beta2, 0, 0.999999, 0.999, "decay of adam's second moment"),
    REAL_FIELD(struct optimiser, epsilon, 1e-12, 1, 1e-7,
               "added to the root of adam's second moment, and to rmsprop's mean of squares"),
    REAL_FIELD(struct optimiser, weight_decay, 0, 10, 0,
               "pull of the weights to zero (adamw: apart from the gradient)"),
};
const struct field_table optimiser_fields = FIELD_TABLE(fields);

value optimiser_state(struct plan_builder *b, const struct op *op, const char *name)
{
    struct plan_value v = { .arena = ARENA_OPTIMISER,
                            .element = ELEMENT_F32,
                            .rank = 1,
                            .dims = { (int)op->update.count },
                            .alias = VALUE_NONE };

    text_copy(v.name, sizeof v.name, name);
    return plan_add_value(b, &v);
}

/* The first parameter of a layer from `layer` on that is trained; VALUE_NONE: there is none. */
static value first_trained(const struct plan *plan, int layer)
{
    for (value v = 0; v < plan->n_values; v++) {
        const struct plan_value *p = &plan->values[v];

        if (p->arena == ARENA_PARAMETERS && !p->whole && p->gradient != VALUE_NONE && p->layer >= layer)
            return v;
    }
    return VALUE_NONE;
}

static value gradient_of(const struct plan *plan, value parameter)
{
    return parameter == VALUE_NONE ? VALUE_NONE : plan->values[parameter].gradient;
}

/* Of the parameters from `first` up to `end`; VALUE_NONE: to the last. */
static void emit_part(const struct optimiser *o, struct plan_builder *b, value first, value end, double share)
{
    const struct optimiser_class *class = classes[o->kind];
    value parameters = plan_part(b, "parameters", ARENA_PARAMETERS, first, end);
    value gradients = b->failed ? 0 : plan_part(b, "gradients", ARENA_GRADIENTS, gradient_of(b->plan, first),
                                                gradient_of(b->plan, end));
    struct op op = { .kind = class->operation,
                     .in = { parameters, gradients, VALUE_NONE, VALUE_NONE },
                     .update = { .count = b->failed ? 0 : b->plan->values[parameters].dims[0],
                                 .share = (float)share,
                                 .weight_decay = (float)o->weight_decay } };

    class->complete(o, b, &op);
    plan_append(b, &op);
}

static void emit_clip(double clip, struct plan_builder *b)
{
    value gradients = plan_whole(b, "gradients", ARENA_GRADIENTS);

    plan_append(b, &(struct op){ .kind = OP_CLIP_GRADIENT,
                                 .in = { gradients },
                                 .update = { .count = b->failed ? 0 : b->plan->values[gradients].dims[0],
                                             .clip = (float)clip } });
}

void optimiser_emit(const struct optimiser *o, double clip, struct optimiser_lower lower, struct plan_builder *b)
{
    value first = first_trained(b->plan, 0), rest = first;

    b->layer = -1;
    if (b->failed || first == VALUE_NONE)
        return;
    if (clip > 0)
        emit_clip(clip, b);
    if (lower.share < 1)
        rest = first_trained(b->plan, lower.layers);
    if (rest != first)
        emit_part(o, b, first, rest, lower.share);
    if (rest != VALUE_NONE)
        emit_part(o, b, rest, VALUE_NONE, 1);
}

void optimiser_summary(const struct optimiser *o, double factor, char *out, size_t size)
{
    snprintf(out, size, "%s %g", names[o->kind], o->learning_rate);
    if (factor != 1)
        text_append(out, size, " ×%.4g", factor);
    if (classes[o->kind]->summary)
        classes[o->kind]->summary(o, out, size);
    if (o->weight_decay > 0)
        text_append(out, size, ", decay %g", o->weight_decay);
}
