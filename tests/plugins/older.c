/* A plug-in of another version of cuvette, with another BACKEND_ABI. */
#include "nn/plan/backend.h"

static const struct backend_class class = { .abi = BACKEND_ABI - 1, .size = sizeof class, .name = "cuda" };

extern const struct backend_class *const cuvette_cuda_backend;
const struct backend_class *const cuvette_cuda_backend = &class;
