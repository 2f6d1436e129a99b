#include "nn/optimisers/optimiser.h"

static void complete(const struct optimiser *o, struct plan_builder *b, struct op *op)
{
    op->update.beta1 = (float)o->beta1;
    op->update.beta2 = (float)o->beta2;
    op->update.epsilon = (float)o->epsilon;
    op->in[2] = optimiser_state(b, op, "first");
    op->in[3] = optimiser_state(b, op, "second");
}

static void complete_decoupled(const struct optimiser *o, struct plan_builder *b, struct op *op)
{
    complete(o, b, op);
    op->update.decoupled = true;
}

/* Kingma and Ba, "Adam", ICLR 2015. */
OPTIMISER_CLASS(adam) = { .operation = OP_ADAM, .complete = complete };

/* Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019. */
OPTIMISER_CLASS(adamw) = { .operation = OP_ADAM, .complete = complete_decoupled };
