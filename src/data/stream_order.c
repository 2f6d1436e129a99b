#include "data/stream_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/random.h"

struct stream_order {
    struct stream_cut cut;
    uint32_t count;
    uint32_t *chunks; /* [chunks] in the order of the epoch */
    uint32_t *window; /* [chunks] that a chunk is in */
    uint32_t *place;  /* [chunks + 1] of the images of a window: how many, then where the next one goes */
    uint32_t *room;   /* [count] */
};

enum { FIRST = 32 }; /* so many times smaller than others is the first window */

struct stream_cut stream_cut(const struct dataset_info *info, enum split split, uint64_t memory)
{
    const uint64_t least = 32 << 20, image = dataset_image_bytes(info) + sizeof(int32_t);
    const uint64_t all = info->count[split] * image, most = memory > 0 ? memory : least;
    struct stream_cut cut = { .images = info->count[split] };
    uint64_t chunk = size_clamp(info->chunk, 1, size_max(cut.images, 1));

    while (chunk > 1 && 2 * chunk * image > most)
        chunk = (chunk + 1) / 2;
    cut.chunk = (uint32_t)chunk;
    cut.chunks = (uint32_t)((cut.images + chunk - 1) / chunk);
    cut.window = all <= memory ? cut.chunks : (uint32_t)size_clamp(memory / 2 / (chunk * image), 1, cut.chunks);
    cut.first = all <= memory ? cut.window : uint32_max(cut.window / FIRST, 1);
    return cut;
}

/* How many windows there are before the first one of full size: 1, 2, 4, … times the first. */
static uint32_t growing(const struct stream_cut *cut)
{
    uint32_t windows = 0;

    while ((uint64_t)cut->first << windows < cut->window)
        windows++;
    return windows;
}

uint32_t stream_window_begin(const struct stream_cut *cut, uint32_t window)
{
    const uint32_t small = uint32_min(window, growing(cut));

    return (uint32_t)size_min(((size_t)cut->first << small) - cut->first + (size_t)(window - small) * cut->window,
                              cut->chunks);
}

uint32_t stream_window(const struct stream_cut *cut, uint32_t place)
{
    const uint32_t small = growing(cut), full = stream_window_begin(cut, small);
    uint32_t window = 0;

    if (place >= full)
        return small + (place - full) / cut->window;
    while (place >= stream_window_begin(cut, window + 1))
        window++;
    return window;
}

struct stream_order *stream_order_open(const struct stream_cut *cut, uint32_t count, struct error *e)
{
    struct stream_order *o = memory_new(1, sizeof *o, e);

    if (!o)
        return NULL;
    o->cut = *cut;
    o->count = count;
    if ((o->chunks = memory_new(cut->chunks, sizeof *o->chunks, e)) &&
        (o->window = memory_new(cut->chunks, sizeof *o->window, e)) &&
        (o->place = memory_new((size_t)cut->chunks + 1, sizeof *o->place, e)) &&
        (o->room = memory_new(count, sizeof *o->room, e)))
        return o;
    stream_order_close(o);
    return NULL;
}

void stream_order_close(struct stream_order *o)
{
    if (!o)
        return;
    free(o->chunks);
    free(o->window);
    free(o->place);
    free(o->room);
    free(o);
}

const uint32_t *stream_order_chunks(struct stream_order *o, bool shuffle, uint64_t seed, uint32_t epoch)
{
    if (shuffle)
        random_permutation(o->chunks, o->cut.chunks, seed, RANDOM_SHUFFLE, epoch);
    for (uint32_t i = 0; i < o->cut.chunks; i++) {
        if (!shuffle)
            o->chunks[i] = i;
        o->window[o->chunks[i]] = stream_window(&o->cut, i);
    }
    return o->chunks;
}

void stream_order_arrange(struct stream_order *o, uint32_t *order)
{
    memset(o->place, 0, ((size_t)o->cut.chunks + 1) * sizeof *o->place);
    memcpy(o->room, order, o->count * sizeof *order);
    for (uint32_t i = 0; i < o->count; i++)
        o->place[o->window[order[i] / o->cut.chunk] + 1]++;
    for (uint32_t i = 1; i <= o->cut.chunks; i++)
        o->place[i] += o->place[i - 1];
    for (uint32_t i = 0; i < o->count; i++)
        order[o->place[o->window[o->room[i] / o->cut.chunk]]++] = o->room[i];
}
