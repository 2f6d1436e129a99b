/* One operation of the oracle: floats come as doubles, bytes and integers as they are. */
#ifndef REFERENCE_REFERENCE_OPS_H
#define REFERENCE_REFERENCE_OPS_H

#include "nn/plan/backend.h"

struct reference_task {
    const struct op *op;
    const struct step *step;
    const uint8_t *images; /* that the device holds; or NULL */
    void *in[OP_INPUTS], *out[OP_OUTPUTS]; /* NULL for VALUE_NONE */
};

typedef void reference_function(const struct reference_task *task);

reference_function reference_gather;
reference_function reference_conv2d, reference_conv2d_input_gradient, reference_conv2d_weight_gradient;
reference_function reference_dense, reference_dense_input_gradient, reference_dense_weight_gradient;
reference_function reference_max_pool, reference_max_pool_gradient;
reference_function reference_average_pool, reference_average_pool_gradient;
reference_function reference_global_average_pool, reference_global_average_pool_gradient;
reference_function reference_batch_norm, reference_batch_norm_inference, reference_batch_norm_gradient;
reference_function reference_activation, reference_activation_gradient;
reference_function reference_dropout; /* and its gradient */
reference_function reference_add;
reference_function reference_softmax_loss, reference_softmax_loss_gradient;
reference_function reference_clip_gradient, reference_sgd, reference_adam;

double reference_activate(enum activation activation, double slope, double x);

#endif
