/* How several share a batch: each has rows that follow each other, and none has two more than another. */
#ifndef DATA_SLICE_H
#define DATA_SLICE_H

#include <stddef.h>
#include <stdint.h>

struct slice {
    uint32_t begin, end; /* rows begin..end-1; none where they are equal */
};

/* Of `whole` rows; `ranks` 0 is 1. */
static inline struct slice slice_of(uint32_t whole, int rank, int ranks)
{
    const uint64_t r = (uint64_t)rank, all = (uint64_t)(ranks > 1 ? ranks : 1);

    return (struct slice){ (uint32_t)(whole * r / all), (uint32_t)(whole * (r + 1) / all) };
}

/* The most rows that one has. */
static inline size_t slice_most(uint32_t whole, int ranks)
{
    const size_t all = (size_t)(ranks > 1 ? ranks : 1);

    return (whole + all - 1) / all;
}

#endif
