/* The oracle: a backend of plain loops in double precision, one function an operation, on one thread.
 *
 * reference_backend_class keeps values as floats, as every backend does, and rounds once at the end of an operation.
 * reference_double_backend_class keeps them as doubles from operation to operation, for finite differences. */
#ifndef REFERENCE_REFERENCE_H
#define REFERENCE_REFERENCE_H

#include "nn/plan/backend.h"

extern const struct backend_class reference_backend_class;
extern const struct backend_class reference_double_backend_class;

/* The doubles behind a buffer's floats, at the floats' positions: to read and, between runs, to write. */
double *reference_doubles(struct buffer buffer);

#endif
