/* The two gradients of a layer need nothing of each other: the weights' may run beside the input's, which follows it.
 * So threads that are through with the one need not wait for others before they begin with the other. */
#include "nn/plan/plan_fuse.h"

static bool are_of_one_layer(const struct op *weights, const struct op *input)
{
    static const struct {
        bool has_partner;
        enum op_kind partner;
    } gradients[OP_COUNT] = {
        [OP_CONV2D_WEIGHT_GRADIENT] = { true, OP_CONV2D_INPUT_GRADIENT },
        [OP_DENSE_WEIGHT_GRADIENT] = { true, OP_DENSE_INPUT_GRADIENT },
    };

    return gradients[weights->kind].has_partner && input->kind == gradients[weights->kind].partner &&
           input->layer == weights->layer && input->in[0] == weights->in[1];
}

void plan_fuse_gradients(struct plan *plan)
{
    for (int i = 0; i + 1 < plan->n_ops; i++)
        plan->ops[i].beside_next = are_of_one_layer(&plan->ops[i], &plan->ops[i + 1]);
}
