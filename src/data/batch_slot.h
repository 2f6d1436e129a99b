/* Room for a batch that a loader gives: which images are in it, and reading them. */
#ifndef DATA_BATCH_SLOT_H
#define DATA_BATCH_SLOT_H

#include "base/slice.h"
#include "data/batch.h"
#include "data/stream.h"

struct batch_slot {
    struct batch batch; /* as it is given */
    uint8_t *images;    /* [room][H][W][C]; NULL: it has labels alone */
    int32_t *labels;    /* [room] */
    uint32_t *index;    /* [room], where images are chosen with the one behind them; else NULL */
};

/* `room`: the most images, with the one behind them; `image`: bytes of one, 0 where there are labels alone. False
 * without memory. batch_slot_free() it in either case. */
bool batch_slot_new(struct batch_slot *s, enum split split, size_t room, size_t image, bool next, struct error *e);
void batch_slot_free(struct batch_slot *s);

/* The batch becomes a slice of `whole` images, whose positions are order [whole]. With `next` it has the image behind
 * its last one, too: after the last of all the first. */
void batch_slot_choose(struct batch_slot *s, const uint32_t *order, uint32_t whole, struct slice slice, bool next);

/* Where images come from. */
struct batch_origin {
    struct source *source;
    const struct source_crop *crop; /* or NULL */
    struct stream *stream;          /* which they are read by; or NULL */
    const int32_t *labels;          /* of all images, where these are elsewhere: nothing is read; or NULL */
    size_t image;                   /* bytes */
};

bool batch_slot_read(struct batch_slot *s, const struct batch_origin *from, struct error *e);

#endif
