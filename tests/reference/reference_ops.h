/* The operations of the reference. Operands that are floats are given as doubles, bytes and integers as they are. */
#ifndef REFERENCE_REFERENCE_OPS_H
#define REFERENCE_REFERENCE_OPS_H

#include "nn/plan/backend.h"

struct reference_task {
    const struct op *op;
    const struct step *step;
    const uint8_t *images; /* a split that the device holds, or NULL */
    void *in[OP_INPUTS], *out[OP_OUTPUTS]; /* NULL for VALUE_NONE */
};

typedef void reference_function(const struct reference_task *task);

#define OPERATION(KIND, name, ...) reference_function reference_##name;
OPERATIONS(OPERATION)
#undef OPERATION

/* f(x); `slope` is that of the leaky ReLU. */
double reference_activate(enum activation activation, double slope, double x);

/* moments [2][channels] of y [pixels][channels]: mean and biased variance. */
void reference_moments(const double *y, size_t pixels, size_t channels, double *moments);

#endif
