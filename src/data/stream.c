#include "data/stream.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"

struct stream {
    struct source *source;
    struct stream_cut cut;
    enum split split;
    size_t image_bytes;
    const uint32_t *chunks; /* [chunks] of the epoch */
    const struct source_crop *crop; /* or NULL */
    uint32_t *rank;         /* [chunks] places there */
    uint32_t *index;        /* [chunk] to read a chunk by */
    uint32_t slots;         /* chunks in memory: that of rank r is in slot r % slots */
    uint8_t *images;        /* [slots][chunk][H][W][C] */
    int32_t *labels;        /* [slots][chunk] */
    uint32_t loaded;        /* ranks below are in memory, or were */
    uint32_t window, used;  /* which is used, and how many images of it were */
    uint32_t begin, end, next; /* ranks: where it begins, where the one behind it does, and where that ends */
};

/* Two windows: one that is used and one that is read meanwhile. */
static uint32_t slots_of(const struct stream_cut *cut)
{
    return (uint32_t)size_min(2 * (size_t)cut->window, cut->chunks);
}

uint64_t stream_bytes(const struct stream_cut *cut, const struct dataset_info *info)
{
    return (uint64_t)slots_of(cut) * cut->chunk * (dataset_image_bytes(info) + sizeof(int32_t)) +
           ((uint64_t)cut->chunks + cut->chunk) * sizeof(uint32_t);
}

struct stream *stream_open(struct source *source, enum split split, const struct stream_cut *cut, struct error *e)
{
    struct stream *s = memory_new(1, sizeof *s, e);
    struct dataset_info info;

    if (!s)
        return NULL;
    source_describe(source, &info);
    s->source = source;
    s->split = split;
    s->cut = *cut;
    s->image_bytes = dataset_image_bytes(&info);
    s->slots = slots_of(cut);
    if ((s->rank = memory_new(cut->chunks, sizeof *s->rank, e)) &&
        (s->index = memory_new(cut->chunk, sizeof *s->index, e)) &&
        (s->images = memory_new((size_t)s->slots * cut->chunk, s->image_bytes, e)) &&
        (s->labels = memory_new((size_t)s->slots * cut->chunk, sizeof *s->labels, e)))
        return s;
    stream_close(s);
    return NULL;
}

void stream_close(struct stream *s)
{
    if (!s)
        return;
    free(s->rank);
    free(s->index);
    free(s->images);
    free(s->labels);
    free(s);
}

static void turn_to(struct stream *s, uint32_t window)
{
    s->window = window;
    s->used = 0;
    s->begin = stream_window_begin(&s->cut, window);
    s->end = stream_window_begin(&s->cut, window + 1);
    s->next = stream_window_begin(&s->cut, window + 2);
}

void stream_start(struct stream *s, const uint32_t *chunks, const struct source_crop *crop)
{
    s->crop = crop;
    s->chunks = chunks;
    for (uint32_t i = 0; i < s->cut.chunks; i++)
        s->rank[chunks[i]] = i;
    s->loaded = 0;
    turn_to(s, 0);
}

static bool load(struct stream *s, uint32_t rank, struct error *e)
{
    uint32_t first = s->chunks[rank] * s->cut.chunk, n = uint32_min(s->cut.chunk, s->cut.images - first);
    size_t at = (size_t)(rank % s->slots) * s->cut.chunk;

    for (uint32_t i = 0; i < n; i++)
        s->index[i] = first + i;
    return source_read_cropped(s->source, s->split, s->index, (int)n, s->crop, s->images + at * s->image_bytes,
                               s->labels + at, e);
}

/* All of this window and the same share of the next one as has been used of this one, so that reading is spread evenly.
 * Where images are held out for validation, the rest is read when the next window begins. */
static bool load_ahead(struct stream *s, struct error *e)
{
    const uint64_t of = (uint64_t)(s->end - s->begin) * s->cut.chunk, all = s->next - s->end;
    const uint64_t end = s->end + size_min(s->used * all / of, all);

    for (; s->loaded < end; s->loaded++)
        if (!load(s, s->loaded, e))
            return false;
    return true;
}

/* A resumed epoch begins in the middle: the windows before are not read. */
static bool enter(struct stream *s, uint32_t window, struct error *e)
{
    turn_to(s, window);
    s->loaded = uint32_max(s->loaded, s->begin);
    return load_ahead(s, e);
}

bool stream_read(struct stream *s, const uint32_t *index, int n, uint8_t *images, int32_t *labels, struct error *e)
{
    for (int i = 0; i < n; i++) {
        uint32_t rank = s->rank[index[i] / s->cut.chunk];
        size_t at = (size_t)(rank % s->slots) * s->cut.chunk + index[i] % s->cut.chunk;

        if ((rank >= s->loaded || rank < s->begin || rank >= s->end) && !enter(s, stream_window(&s->cut, rank), e))
            return false;
        memcpy(images + (size_t)i * s->image_bytes, s->images + at * s->image_bytes, s->image_bytes);
        labels[i] = s->labels[at];
        s->used++;
    }
    return load_ahead(s, e);
}
