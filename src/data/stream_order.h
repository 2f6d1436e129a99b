/* The order of an epoch in which a file is read in chunks of neighbouring images: the chunks in shuffled order, and
 * images shuffled over a window of chunks.
 *
 *     chunks   [ 7 | 2  9 | 0  5  4  8 | 1 … ]     windows of 1, 2, 4, 4, …
 *
 * The first window of an epoch is small, and each that follows twice as large until they have their full size: training
 * waits for all of the first one, and for none of the others. A set that fits into the memory is one window: it is
 * shuffled as a whole. */
#ifndef DATA_STREAM_ORDER_H
#define DATA_STREAM_ORDER_H

#include "data/sources/source.h"

/* How a split is cut, which depends on the set and the memory alone. */
struct stream_cut {
    uint32_t images;        /* of the split */
    uint32_t chunk, chunks; /* images in each but the last; chunks of the split */
    uint32_t window, first; /* chunks of a window, and of the first one */
};

/* With windows of which two fit into `memory` bytes, or one of the whole split. A chunk of which not even two fit is
 * halved until they do. `memory` 0: as little as can be, for an order that is not shuffled. */
struct stream_cut stream_cut(const struct dataset_info *info, enum split split, uint64_t memory);

/* Which window the chunk at this place of an epoch is in, and at which place a window begins. */
uint32_t stream_window(const struct stream_cut *cut, uint32_t place);
uint32_t stream_window_begin(const struct stream_cut *cut, uint32_t window);

struct stream_order;

/* For `count` images an epoch. NULL without memory; stream_order_close() it, which takes NULL. */
struct stream_order *stream_order_open(const struct stream_cut *cut, uint32_t count, struct error *e);
void stream_order_close(struct stream_order *o);

/* The chunks [chunks] of an epoch, valid until the next call; shuffled by seed and epoch, or as they are. */
const uint32_t *stream_order_chunks(struct stream_order *o, bool shuffle, uint64_t seed, uint32_t epoch);

/* Sorts order [count] by the windows of these chunks. What is in one window keeps its order. */
void stream_order_arrange(struct stream_order *o, uint32_t *order);

#endif
