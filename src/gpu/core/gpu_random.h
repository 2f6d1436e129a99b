/* base/random.h on the device: the same numbers as everywhere else. */
#ifndef GPU_GPU_RANDOM_H
#define GPU_GPU_RANDOM_H

#include <cuda_runtime.h>

#define RANDOM_FUNCTION static __device__ __forceinline__
#include "base/random.h"

#endif
