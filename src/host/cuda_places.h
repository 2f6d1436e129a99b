/* NVIDIA's own libraries where a node has them but the loader does not look: a toolkit's folder that no module was
 * loaded for, and those that PyTorch and others bring along. */
#ifndef HOST_CUDA_PLACES_H
#define HOST_CUDA_PLACES_H

#include "base/path.h"

/* The path of a library, as "libcublasLt.so.13", which may have the stars of a shell: in CUDA_HOME and what else sites
 * call a toolkit's folder, in that of cuDNN or NCCL, in CONDA_PREFIX, VIRTUAL_ENV, ~/.local and beside the programs of
 * PATH with what Python's packages have in their `nvidia` folders, in PYTHONPATH, in /usr/local/cuda or another version
 * beside it, or in /opt/cuda; the first that has it. False where none does. */
bool cuda_places_find(const char *library, char out[PATH_SIZE]);

#endif
