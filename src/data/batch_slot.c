#include "data/batch_slot.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

bool batch_slot_new(struct batch_slot *s, enum split split, size_t room, size_t image, bool next, struct error *e)
{
    *s = (struct batch_slot){ .images = image > 0 ? memory_new_aligned(room, image, e) : NULL };
    if (image > 0 && !s->images)
        return false;
    s->labels = memory_new_aligned(room, sizeof *s->labels, e);
    s->index = s->labels && next ? memory_new(room, sizeof *s->index, e) : NULL;
    s->batch = (struct batch){ .images = s->images, .labels = s->labels, .split = split };
    return s->labels && (s->index || !next);
}

void batch_slot_free(struct batch_slot *s)
{
    free(s->images);
    free(s->labels);
    free(s->index);
}

void batch_slot_choose(struct batch_slot *s, const uint32_t *order, uint32_t whole, struct slice slice, bool next)
{
    struct batch *b = &s->batch;

    b->index = order + slice.begin;
    b->count = (int)(slice.end - slice.begin);
    b->first = (int)slice.begin;
    b->whole = (int)whole;
    b->next = next && b->count > 0;
    if (b->next == 0)
        return;
    memcpy(s->index, b->index, (size_t)b->count * sizeof *s->index);
    s->index[b->count] = order[slice.end % whole];
    b->index = s->index;
}

/* Windows are not gone back to: the first image of a batch is read before those that it stands behind. */
static bool read_stream(struct batch_slot *s, const struct batch_origin *from, struct error *e)
{
    const struct batch *b = &s->batch;
    const bool around = b->next && b->first + b->count == b->whole;
    const int count = around ? b->count : b->count + b->next;

    return (!around || stream_read(from->stream, b->index + count, 1, s->images + (size_t)count * from->image,
                                   s->labels + count, e)) &&
           stream_read(from->stream, b->index, count, s->images, s->labels, e);
}

bool batch_slot_read(struct batch_slot *s, const struct batch_origin *from, struct error *e)
{
    const int count = s->batch.count + s->batch.next;

    if (from->labels) {
        for (int i = 0; i < count; i++)
            s->labels[i] = from->labels[s->batch.index[i]];
        return true;
    }
    if (from->stream)
        return read_stream(s, from, e);
    return source_read_cropped(from->source, s->batch.split, s->batch.index, count, from->crop, s->images, s->labels,
                               e);
}
