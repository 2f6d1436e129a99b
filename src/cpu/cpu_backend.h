/* The CPU backend: one team of threads per opened backend, matrix products by OpenBLAS, everything else by vector loops. */
#ifndef CPU_BACKEND_H
#define CPU_BACKEND_H

#include "nn/plan/backend.h"

extern const struct backend_class cpu_backend_class;

#endif
