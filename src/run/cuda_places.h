/* CUDA's own libraries where a node has them but the loader does not look: a toolkit's folder that no module was loaded
 * for, and those that PyTorch and others bring along. */
#ifndef RUN_CUDA_PLACES_H
#define RUN_CUDA_PLACES_H

#include "base/path.h"

/* The path of a library, as "libcublasLt.so.13": in CUDA_HOME, CUDA_PATH, EBROOTCUDA or NVHPC_ROOT, in CONDA_PREFIX,
 * VIRTUAL_ENV or ~/.local with what Python's packages have in their `nvidia` folders, in /usr/local/cuda or another
 * version beside it, or in /opt/cuda; the first that has it. False where none does. */
bool cuda_places_find(const char *library, char out[PATH_SIZE]);

#endif
