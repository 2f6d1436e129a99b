/* The CPU backend: a team of threads for each opened backend. Large matrix products are OpenBLAS's, all else is
 * computed by the kernels of src/kernels. */
#ifndef CPU_CPU_BACKEND_H
#define CPU_CPU_BACKEND_H

#include "nn/plan/backend.h"

extern const struct backend_class cpu_backend_class; /* "cpu" */

#endif
