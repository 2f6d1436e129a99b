/* Element-wise activations, by name. */
#ifndef NN_ACTIVATION_H
#define NN_ACTIVATION_H

#include <stdbool.h>

/* name in recipes, and whether the gradient can be computed from the output alone (so the input need not be kept) */
#define ACTIVATIONS(X) \
    X(LINEAR, linear, 1) \
    X(RELU, relu, 1) \
    X(RELU6, relu6, 1) /* at most 6: min(max(x, 0), 6) */ \
    X(LEAKY_RELU, leaky_relu, 1) \
    X(SIGMOID, sigmoid, 1) \
    X(TANH, tanh, 1) \
    X(GELU, gelu, 0) /* exact, by erf, as Keras's default */ \
    X(SILU, silu, 0) /* x sigmoid(x), also known as swish */ \
    X(HARD_SWISH, hard_swish, 0) /* x relu6(x + 3) / 6 (Howard et al., MobileNetV3, ICCV 2019) */

enum activation {
#define ACTIVATION_KIND(kind, name, from_output) ACTIVATION_##kind,
    ACTIVATIONS(ACTIVATION_KIND)
#undef ACTIVATION_KIND
};
enum { ACTIVATIONS_COUNT = 0
#define ACTIVATION_KIND(kind, name, from_output) + 1
       ACTIVATIONS(ACTIVATION_KIND)
#undef ACTIVATION_KIND
};

/* Leaky ReLU's slope where a layer has no field for it; what Keras's leaky_relu activation has. */
#define LEAKY_SLOPE 0.2f

extern const char *const activation_names[]; /* ends with NULL */

int activation_gradient_from_output(enum activation a);
bool activation_never_negative(enum activation a);

#endif
