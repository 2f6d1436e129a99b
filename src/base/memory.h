/* Checked allocation: zeroed arrays whose failure is an error with the size that was asked for. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

#include "base/error.h"

/* Zeroed room for count × size bytes, at least one; NULL with ERROR_MEMORY when there is none. free() it. */
void *memory_new(size_t count, size_t size, struct error *e);

/* The same, aligned to 64 bytes (one cache line, one AVX-512 vector). free() it. */
void *memory_new_aligned(size_t count, size_t size, struct error *e);

#endif
