/* A bounded queue of blocks of images: fetched in order, made by several threads at once, and taken in order again. So
 * what is taken does not depend on the number of threads. */
#ifndef DATA_PACK_QUEUE_H
#define DATA_PACK_QUEUE_H

#include "data/pack/pack_image.h"

enum { PACK_BLOCK_MOST = 64, PACK_THREADS_MOST = 64 };

struct pack_block {
    enum split split;
    uint32_t first; /* in the split */
    int count;
    struct encoded_bytes from; /* what was fetched */
    uint32_t sizes[PACK_BLOCK_MOST];
    int32_t labels[PACK_BLOCK_MOST];
    struct encoded_bytes names;            /* each with a zero at its end, where the images have names of their own */
    const char *problems[PACK_BLOCK_MOST]; /* why one was not fetched; NULL: it was */
    double part;                           /* of the work, up to this block; where the images are not counted */
    struct encoded_bytes to;               /* what the images became, end to end */
    struct pack_result results[PACK_BLOCK_MOST];
};

struct pack_work {
    /* The next block; a count of 0: there is none. One thread at a time. */
    bool (*fetch)(void *context, struct pack_block *b, struct error *e);
    /* From what was fetched to what is to be written. `thread` is 0..threads-1. */
    bool (*make)(void *context, int thread, struct pack_block *b, struct error *e);
    /* Block by block, by the thread that called pack_queue_run(). */
    bool (*take)(void *context, const struct pack_block *b, struct error *e);
};

/* Until there is no block left, or one of the three fails: false with the error of the first block that did. */
bool pack_queue_run(const struct pack_work *work, void *context, int threads, struct error *e);

/* How many threads: what was asked for, or with 0 one a core that may be used. */
int pack_queue_threads(int asked);

#endif
