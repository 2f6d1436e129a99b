#include "data/pack/pack_estimate.h"

#include <stdlib.h>

#include "base/limits.h"
#include "data/pack/pack_part.h"

enum {
    SAMPLE = 1000,     /* files of a split whose sizes are asked for */
    MADE = 12,         /* and those of which is made what they will become, where that is something else */
    TABLES_BYTES = 48, /* of an image, beside its own */
    PNG_BYTES = 256    /* of a PNG, beside its pixels and a byte a row */
};

static uint32_t spread(uint32_t k, uint32_t n, uint32_t all)
{
    return (uint32_t)((uint64_t)all * k / n);
}

/* Bytes of a split's files, from some in all of its parts. */
static double sample_sizes(const struct encoded_set *set, enum split split, uint32_t count)
{
    const uint32_t n = uint32_min(count, SAMPLE);
    double sum = 0;

    for (uint32_t k = 0; k < n; k++)
        sum += (double)set->ops->size(set, split, spread(k, n, count));
    return n ? sum / n * count : 0;
}

/* What a byte of the files becomes where they are made smaller, from a few; 1 where none can be read. */
static double sample_shrinking(const struct encoded_set *set, const struct pack_wanted *wanted, enum split split,
                               uint32_t count)
{
    const uint32_t n = uint32_min(count, MADE);
    struct encoded_bytes from = { 0 }, to = { 0 };
    struct pack_scratch scratch = { 0 };
    struct pack_result result;
    double before = 0, after = 0;
    struct error ignored;

    for (uint32_t k = 0; k < n; k++) {
        to.size = 0;
        if (!set->ops->read(set, split, spread(k, n, count), &from, &ignored) ||
            !pack_image_encoded(wanted, from.bytes, from.size, &scratch, &to, &result, &ignored) ||
            result.fate != PACK_KEPT)
            continue;
        before += (double)from.size;
        after += (double)to.size;
    }
    pack_scratch_free(&scratch);
    free(from.bytes);
    free(to.bytes);
    return before > 0 ? after / before : 1;
}

static double files_bytes(const struct encoded_set *set, const struct pack_options *o, const struct dataset_info *info,
                          const uint32_t count[SPLIT_COUNT])
{
    const struct pack_wanted wanted = pack_options_wanted(o, info);
    const bool shrinks = o->wish.size > 0 || o->wish.channels == 1;
    double bytes = 0;

    for (int i = 0; i < SPLIT_COUNT; i++) {
        const enum split split = (enum split)i;

        bytes += sample_sizes(set, split, count[i]) * (shrinks ? sample_shrinking(set, &wanted, split, count[i]) : 1);
    }
    return bytes;
}

struct pack_estimate pack_estimate(const struct source *from, const struct pack_options *o)
{
    const struct encoded_set *set = encoded_set_of(from);
    struct pack_estimate estimate = { .about = set && o->as == PACK_JPEG };
    struct dataset_info info;
    uint32_t count[SPLIT_COUNT];

    source_describe(from, &info);
    pack_options_count(o, &info, count);
    const uint64_t all = (uint64_t)count[SPLIT_TRAIN] + count[SPLIT_TEST];
    const uint64_t beside = o->as == PACK_JPEG ? (uint64_t)info.height + PNG_BYTES : 0;

    estimate.bytes =
        estimate.about ? (uint64_t)files_bytes(set, o, &info, count) : all * (dataset_image_bytes(&info) + beside);
    estimate.beside = o->as == PACK_RAW && o->compressed ? estimate.bytes : 0;
    estimate.bytes += all * TABLES_BYTES + 4 * PACK_ALIGNED;
    return estimate;
}
