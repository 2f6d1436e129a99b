/* The CUDA backend: one stream a backend, spans replayed as CUDA graphs, nothing waited for but where somebody asks. */
#ifndef GPU_GPU_BACKEND_H
#define GPU_GPU_BACKEND_H

#include "nn/plan/backend.h"

extern const struct backend_class cuda_backend_class;

#endif
