/* How several share a batch: each has rows that follow each other, as many as its share of the whole. */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stddef.h>
#include <stdint.h>

struct slice {
    uint32_t begin, end; /* rows begin..end-1; none where they are equal */
};

/* Of a batch that has `all` parts this one has `own`, behind `before` of others. `all` 0: it has the whole. */
struct batch_share {
    uint32_t before, own, all;
};

/* As much as each other's. `ranks` 0 is 1. */
static inline struct batch_share share_equal(int rank, int ranks)
{
    return (struct batch_share){ (uint32_t)rank, 1, (uint32_t)(ranks > 1 ? ranks : 1) };
}

/* Of `whole` rows; where shares are equal, none has two more than another. */
static inline struct slice slice_of(uint32_t whole, struct batch_share s)
{
    const uint64_t all = s.all > 0 ? s.all : 1, first = s.before, end = s.all > 0 ? first + s.own : 1;

    return (struct slice){ (uint32_t)(whole * first / all), (uint32_t)(whole * end / all) };
}

/* The most rows that a slice of so large a share has, wherever it begins. */
static inline size_t slice_most(uint32_t whole, struct batch_share s)
{
    return s.all > 0 ? (size_t)(((uint64_t)whole * s.own + s.all - 1) / s.all) : whole;
}

#endif
