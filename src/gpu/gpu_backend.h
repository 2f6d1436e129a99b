/* The CUDA backend: one stream a backend, spans of operations replayed as CUDA graphs. Nothing is waited for but where
 * the caller asks to. */
#ifndef GPU_GPU_BACKEND_H
#define GPU_GPU_BACKEND_H

#include "nn/plan/backend.h"

extern const struct backend_class cuda_backend_class;

/* Its address under the one name that the plug-in shows: what the executable asks for (run/cuda_plugin.c). */
extern const struct backend_class *const cuvette_cuda_backend;

#endif
