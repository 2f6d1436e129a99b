#include "nn/train/series.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Chunk k holds FIRST << k points, so 40 of them hold more than a run can make, and none ever moves. */
enum { FIRST_BITS = 10, FIRST = 1 << FIRST_BITS, CHUNKS = 40 };

struct series {
    _Atomic(struct point *) chunks[CHUNKS];
    atomic_size_t length; /* published last: every point below it is whole */
};

/* Point i is in chunk floor(log2(i / FIRST + 1)), which begins at FIRST × (2^chunk - 1). */
static int chunk_of(size_t i, size_t *offset)
{
    unsigned long long scaled = (i >> FIRST_BITS) + 1;
    int chunk = 63 - __builtin_clzll(scaled);

    *offset = i - ((((size_t)1 << chunk) - 1) << FIRST_BITS);
    return chunk;
}

struct series *series_new(void)
{
    return calloc(1, sizeof(struct series));
}

void series_free(struct series *s)
{
    if (!s)
        return;
    for (int k = 0; k < CHUNKS; k++)
        free(atomic_load_explicit(&s->chunks[k], memory_order_relaxed));
    free(s);
}

bool series_append(struct series *s, struct point p)
{
    size_t i = atomic_load_explicit(&s->length, memory_order_relaxed), offset;
    int k = chunk_of(i, &offset);
    struct point *chunk = atomic_load_explicit(&s->chunks[k], memory_order_relaxed);

    if (!chunk) {
        chunk = malloc(((size_t)FIRST << k) * sizeof *chunk);
        if (!chunk)
            return false;
        atomic_store_explicit(&s->chunks[k], chunk, memory_order_relaxed);
    }
    chunk[offset] = p;
    atomic_store_explicit(&s->length, i + 1, memory_order_release);
    return true;
}

size_t series_length(const struct series *s)
{
    return atomic_load_explicit(&s->length, memory_order_acquire);
}

struct point series_at(const struct series *s, size_t i)
{
    size_t offset;
    int k = chunk_of(i, &offset);

    return atomic_load_explicit(&s->chunks[k], memory_order_relaxed)[offset];
}
