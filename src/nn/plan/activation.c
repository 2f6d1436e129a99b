#include "nn/plan/activation.h"

#include <stddef.h>

const char *const activation_names[] = {
#define ACTIVATION_KIND(kind, name, from_output) [ACTIVATION_##kind] = #name,
    ACTIVATIONS(ACTIVATION_KIND)
#undef ACTIVATION_KIND
    NULL,
};

static const int from_outputs[] = {
#define ACTIVATION_KIND(kind, name, from_output) [ACTIVATION_##kind] = from_output,
    ACTIVATIONS(ACTIVATION_KIND)
#undef ACTIVATION_KIND
};

int activation_gradient_from_output(enum activation a)
{
    return from_outputs[a];
}

bool activation_never_negative(enum activation a)
{
    return a == ACTIVATION_RELU || a == ACTIVATION_RELU6 || a == ACTIVATION_SIGMOID;
}
