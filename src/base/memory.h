/* Allocation: zeroed arrays; too little memory is an error that says how much was asked for. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

#include "base/error.h"

/* In bytes. A cache line is also an AVX-512 vector; data that different threads write are kept a line apart. */
enum { MEMORY_LINE = 64, MEMORY_PAGE = 4096, MEMORY_HUGE_PAGE = 2 << 20 };

/* count × size zeroed bytes, at least one; NULL with ERROR_MEMORY. free() it. */
void *memory_new(size_t count, size_t size, struct error *e);

/* The same, aligned to MEMORY_LINE. free() it. */
void *memory_new_aligned(size_t count, size_t size, struct error *e);

#endif
