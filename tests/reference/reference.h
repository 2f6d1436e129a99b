/* The reference that backends are compared with: plain loops in double precision, one function for each operation, on
 * one thread.
 *
 * reference_backend_class keeps values as floats, as every backend does: it rounds once, at the end of an operation.
 * reference_double_backend_class keeps them as doubles from operation to operation, for finite differences. */
#ifndef REFERENCE_REFERENCE_H
#define REFERENCE_REFERENCE_H

#include "nn/plan/backend.h"

extern const struct backend_class reference_backend_class;
extern const struct backend_class reference_double_backend_class;

/* A buffer of the reference as doubles, at the same indices as its floats. They may be read, and written between runs.
 */
double *reference_doubles(struct buffer buffer);

#endif
