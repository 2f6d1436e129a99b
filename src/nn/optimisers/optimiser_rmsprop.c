#include "base/text.h"
#include "nn/optimisers/optimiser.h"

static void complete(const struct optimiser *o, struct plan_builder *b, struct op *op)
{
    op->update.rho = (float)o->rho;
    op->update.momentum = (float)o->momentum;
    op->update.epsilon = (float)o->epsilon;
    op->in[2] = optimiser_state(b, op, "squares");
    if (o->momentum > 0)
        op->in[3] = optimiser_state(b, op, "velocity");
}

static void summary(const struct optimiser *o, char *out, size_t size)
{
    if (o->momentum > 0)
        text_append(out, size, ", momentum %g", o->momentum);
}

/* Tieleman and Hinton, lecture 6.5 of "Neural networks for machine learning", 2012, as Keras has it: not centred. */
OPTIMISER_CLASS(rmsprop) = {
    .operation = OP_RMSPROP,
    .complete = complete,
    .summary = summary,
};
