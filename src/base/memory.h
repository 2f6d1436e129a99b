/* Allocation: zeroed arrays; too little memory is an error that says how much was asked for. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

#include "base/error.h"

enum {
    MEMORY_LINE = 64, /* bytes of a cache line and of an AVX-512 vector; data of different threads are so far apart */
    MEMORY_PAGE = 4096,
    MEMORY_HUGE_PAGE = 2 << 20
};

/* count × size zeroed bytes, at least one; NULL with ERROR_MEMORY. free() it. */
void *memory_new(size_t count, size_t size, struct error *e);

/* The same, aligned to MEMORY_LINE. free() it. */
void *memory_new_aligned(size_t count, size_t size, struct error *e);

#endif
