/* The one symbol that the executable asks for (run/cuda_plugin.c). */
#include "gpu/gpu_backend.h"

extern const struct backend_class *const cuvette_cuda_backend;

__attribute__((visibility("default"))) const struct backend_class *const cuvette_cuda_backend = &cuda_backend_class;
