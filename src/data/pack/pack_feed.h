/* The images of a source on their way into the queue: read in order, by several threads where they are files. */
#ifndef DATA_PACK_FEED_H
#define DATA_PACK_FEED_H

#include "data/pack/pack_queue.h"

struct pack_feed {
    struct source *source;
    const struct encoded_set *set; /* of the source; NULL: it has pixels only */
    struct dataset_info info;
    struct pack_wanted wanted;
    uint32_t count[SPLIT_COUNT]; /* images to pack */
    enum split split;            /* where the next block begins */
    uint32_t next;
    int block;                    /* images in one */
    struct pack_scratch *scratch; /* [threads] */
    int threads;
};

/* False with an error; else pack_feed_end() it. `bytes` is what all images have together, about. */
bool pack_feed_begin(struct pack_feed *f, struct source *source, const struct pack_wanted *wanted,
                     const uint32_t count[SPLIT_COUNT], uint64_t bytes, int threads, struct error *e);
void pack_feed_end(struct pack_feed *f);

/* As pack_work wants them, with a feed as its context. */
bool pack_feed_fetch(struct pack_feed *f, struct pack_block *b, struct error *e);
bool pack_feed_make(struct pack_feed *f, int thread, struct pack_block *b, struct error *e);

/* What an image is called; "" where it has no name. */
void pack_feed_name(const struct pack_feed *f, enum split split, uint32_t index, char *to, size_t size);

#endif
