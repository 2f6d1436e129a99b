/* Images that are read chunk by chunk into a window in memory, since their file is larger than the memory allowed. Each
 * chunk is read once an epoch, in one piece; the window that comes next is read bit by bit while this one is used. */
#ifndef DATA_STREAM_H
#define DATA_STREAM_H

#include "data/stream_order.h"

struct stream;

/* The source must outlive it. NULL with an error; stream_close() it, which takes NULL. */
struct stream *stream_open(struct source *s, enum split split, const struct stream_cut *cut, struct error *e);
void stream_close(struct stream *s);

uint64_t stream_bytes(const struct stream_cut *cut, const struct dataset_info *info); /* of memory that it takes */

/* Begins an epoch with these chunks, and crops or NULL: both the caller's until the next one. */
void stream_start(struct stream *s, const uint32_t *chunks, const struct source_crop *crop);

/* Reads images index[0..n) of an order that stream_order_arrange() has made, as source_read() does. Windows may be
 * passed over, but not gone back to. */
bool stream_read(struct stream *s, const uint32_t *index, int n, uint8_t *images, int32_t *labels, struct error *e);

#endif
