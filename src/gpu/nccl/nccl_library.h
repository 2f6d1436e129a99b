/* NCCL, opened when several GPUs are to train together: nothing is linked to it. CUVETTE_NCCL is the file to open in
 * place of the usual one. */
#ifndef GPU_NCCL_LIBRARY_H
#define GPU_NCCL_LIBRARY_H

#include "base/error.h"
#include "gpu/nccl/nccl_calls.h"

/* The library, the same for the whole process; *version is its own number of it. NULL with ERROR_DEVICE where there is
 * none that fits, and what a user can do about it. */
const struct nccl_library *nccl_library(int *version, struct error *e);

/* "2.28.9" */
void nccl_library_version(int version, char *out, size_t size);

#endif
