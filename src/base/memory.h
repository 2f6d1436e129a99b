/* Checked allocation: zeroed arrays whose failure is an error with the size that was asked for. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

#include "base/error.h"

/* Bytes of a cache line, which is what arrays are aligned to and threads' data are kept apart by (an AVX-512 vector is as
 * long); of a page of memory; of a huge page, of which the processor finds many at once (x86-64 and most arm64 kernels). */
enum { MEMORY_LINE = 64, MEMORY_PAGE = 4096, MEMORY_HUGE_PAGE = 2 << 20 };

/* Zeroed room for count × size bytes, at least one; NULL with ERROR_MEMORY when there is none. free() it. */
void *memory_new(size_t count, size_t size, struct error *e);

/* The same, aligned to MEMORY_LINE. free() it. */
void *memory_new_aligned(size_t count, size_t size, struct error *e);

#endif
