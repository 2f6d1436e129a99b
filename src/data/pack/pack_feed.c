#include "data/pack/pack_feed.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"

enum { BLOCK_BYTES = 1 << 20 };

bool pack_feed_begin(struct pack_feed *f, struct source *source, const struct pack_wanted *wanted,
                     const uint32_t count[SPLIT_COUNT], uint64_t bytes, int threads, struct error *e)
{
    const uint64_t all = (uint64_t)count[SPLIT_TRAIN] + count[SPLIT_TEST];

    *f = (struct pack_feed){ .source = source,
                             .set = encoded_set_of(source),
                             .wanted = *wanted,
                             .count = { count[SPLIT_TRAIN], count[SPLIT_TEST] },
                             .threads = threads };
    source_describe(source, &f->info);
    f->block = (int)size_clamp(BLOCK_BYTES / size_max(bytes / size_max(all, 1), 1), 1, PACK_BLOCK_MOST);
    f->scratch = memory_new((size_t)threads, sizeof *f->scratch, e);
    return f->scratch != NULL;
}

void pack_feed_end(struct pack_feed *f)
{
    for (int i = 0; f->scratch && i < f->threads; i++)
        pack_scratch_free(&f->scratch[i]);
    free(f->scratch);
    f->scratch = NULL;
}

static bool read_pixels(const struct pack_feed *f, struct pack_block *b, struct error *e)
{
    uint32_t index[PACK_BLOCK_MOST];

    for (int i = 0; i < b->count; i++)
        index[i] = b->first + (uint32_t)i;
    return encoded_make_room(&b->from, (size_t)b->count * dataset_image_bytes(&f->info), e) &&
           source_read(f->source, b->split, index, b->count, b->from.bytes, b->labels, e);
}

bool pack_feed_fetch(struct pack_feed *f, struct pack_block *b, struct error *e)
{
    while (f->split < SPLIT_COUNT && f->next == f->count[f->split]) {
        f->split++;
        f->next = 0;
    }
    if (f->split == SPLIT_COUNT)
        return true;
    b->split = f->split;
    b->first = f->next;
    b->count = (int)uint32_min((uint32_t)f->block, f->count[f->split] - f->next);
    f->next += (uint32_t)b->count;
    return f->set || read_pixels(f, b, e);
}

/* A file that cannot be read is broken, too. */
static bool make_encoded(struct pack_feed *f, struct pack_scratch *scratch, struct pack_block *b, int i,
                         struct error *e)
{
    const uint32_t index = b->first + (uint32_t)i;

    b->labels[i] = f->set->ops->label(f->set, b->split, index);
    if (!f->set->ops->read(f->set, b->split, index, &b->from, e))
        return pack_image_unread(&b->results[i], e);
    return pack_image_encoded(&f->wanted, b->from.bytes, b->from.size, scratch, &b->to, &b->results[i], e);
}

bool pack_feed_make(struct pack_feed *f, int thread, struct pack_block *b, struct error *e)
{
    const struct dataset_info *info = &f->info;
    const size_t bytes = dataset_image_bytes(info);
    bool made = true;

    for (int i = 0; made && i < b->count; i++)
        made = f->set ? make_encoded(f, &f->scratch[thread], b, i, e)
                      : pack_image_pixels(&f->wanted, b->from.bytes + (size_t)i * bytes, info->height, info->width,
                                          info->channels, &b->to, &b->results[i], e);
    return made;
}

void pack_feed_name(const struct pack_feed *f, enum split split, uint32_t index, char *to, size_t size)
{
    to[0] = '\0';
    if (f->set)
        encoded_name(f->set, split, index, to, size);
}
