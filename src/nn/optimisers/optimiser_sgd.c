#include "base/text.h"
#include "nn/optimisers/optimiser.h"

static void complete(const struct optimiser *o, struct plan_builder *b, struct op *op)
{
    op->update.momentum = (float)o->momentum;
    op->update.nesterov = o->nesterov;
    if (o->momentum > 0)
        op->in[2] = optimiser_state(b, op, "velocity");
}

static void summary(const struct optimiser *o, char *out, size_t size)
{
    if (o->momentum > 0)
        text_append(out, size, ", %s %g", o->nesterov ? "nesterov" : "momentum", o->momentum);
}

/* Stochastic gradient descent, with momentum by Polyak, 1964, or Nesterov (Sutskever et al., ICML 2013), as in
 * Keras. */
OPTIMISER_CLASS(sgd) = {
    .operation = OP_SGD,
    .complete = complete,
    .summary = summary,
};
