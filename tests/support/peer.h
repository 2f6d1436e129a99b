/* What the CUDA backend is held against in whole trainings: the CPU backend; on bare machines, which have no OpenBLAS, the
 * reference (tests/bare). */
#ifndef SUPPORT_PEER_H
#define SUPPORT_PEER_H

#include "nn/plan/backend.h"

extern const struct backend_class *const peer_backend_class;

#endif
