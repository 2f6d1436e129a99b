#include "data/sources/source_scaled.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "data/images/image_load.h"
#include "data/sources/crew.h"

enum { BLOCK_BYTES = 8 << 20 /* of originals that are read at once, at most, but for a single one */ };

struct scaled_source {
    struct source base;
    struct source *from;
    struct dataset_info of, info; /* of the originals, and of what is made of them */
    struct image_wanted wanted;
    uint32_t block;     /* originals that are read at once */
    uint8_t *originals; /* [block][H][W][C] */
    struct crew *crew;
    struct image_scratch scratch[CREW_MOST];
};

struct job {
    struct scaled_source *source;
    const uint32_t *index;
    const struct source_crop *crop; /* or NULL */
    uint8_t *images;
};

static bool make(void *context, int i, int thread, double *reading, struct error *e)
{
    const struct job *j = context;
    struct scaled_source *s = j->source;
    const struct image_size size = { .height = s->of.height, .width = s->of.width };
    struct image_draw draw = { .image = j->index[i] };

    (void)reading;
    if (j->crop) {
        draw.seed = j->crop->seed;
        draw.epoch = j->crop->epoch;
    }
    return image_scale(s->originals + (size_t)i * dataset_image_bytes(&s->of), &size, s->of.channels, &s->wanted,
                       j->crop ? &draw : NULL, j->images + (size_t)i * dataset_image_bytes(&s->info),
                       &s->scratch[thread], e);
}

/* Originals from files are waited for by the whole crew. */
static bool read_block(struct scaled_source *s, enum split split, const uint32_t *index, uint32_t n, int32_t *labels,
                       struct error *e)
{
    double began = clock_seconds(), seconds;
    bool read = source_read(s->from, split, index, (int)n, s->originals, labels, e);

    seconds = (clock_seconds() - began) * s->base.effort.threads;
    s->base.effort.available += seconds;
    s->base.effort.reading += seconds;
    return read;
}

static bool scaled_read_cropped(struct source *source, enum split split, const uint32_t *index, int n,
                                const struct source_crop *crop, uint8_t *images, int32_t *labels, struct error *e)
{
    struct scaled_source *s = (struct scaled_source *)source;

    for (uint32_t done = 0, count; done < (uint32_t)n; done += count) {
        struct job j = { s, index + done, crop, images + done * dataset_image_bytes(&s->info) };

        count = uint32_min(s->block, (uint32_t)n - done);
        if (!read_block(s, split, j.index, count, labels + done, e) ||
            !crew_run(s->crew, (int)count, make, &j, source->gate, &source->effort, e))
            return false;
    }
    return true;
}

static bool scaled_read(struct source *source, enum split split, const uint32_t *index, int n, uint8_t *images,
                        int32_t *labels, struct error *e)
{
    return scaled_read_cropped(source, split, index, n, NULL, images, labels, e);
}

static void scaled_describe(const struct source *source, struct dataset_info *info)
{
    const struct scaled_source *s = (const struct scaled_source *)source;

    source_describe(s->from, info);
    info->of_height = info->height;
    info->of_width = info->width;
    info->of_channels = info->channels;
    info->height = s->info.height;
    info->width = s->info.width;
    info->channels = s->info.channels;
    info->made = s->info.made;
    info->anew = s->info.anew;
    info->original = s->info.original;
}

static void scaled_labels(const struct source *source, enum split split, int32_t *labels)
{
    const struct source *from = ((const struct scaled_source *)source)->from;

    from->ops->labels(from, split, labels);
}

static void scaled_close(struct source *source)
{
    struct scaled_source *s = (struct scaled_source *)source;

    source_close(s->from);
    free(s->originals);
    crew_free(s->crew);
    for (int i = 0; i < CREW_MOST; i++)
        image_scratch_free(&s->scratch[i]);
    free(s);
}

static struct image_wanted wanted_of(const struct dataset_info *info, const struct source_wish *wish)
{
    return (struct image_wanted){ .height = wish->size > 0 ? wish->size : info->height,
                                  .width = wish->size > 0 ? wish->size : info->width,
                                  .channels = wish->channels > 0 ? wish->channels : info->channels,
                                  .fit = wish->fit };
}

static bool is_as_wished(const struct source *from, const struct dataset_info *info, const struct source_wish *wish)
{
    const struct image_wanted wanted = wanted_of(info, wish);

    return wanted.height == info->height && wanted.width == info->width && wanted.channels == info->channels &&
           (!wish->cropped || from->ops->read_cropped);
}

static bool prepare(struct scaled_source *s, const struct source_wish *wish, struct error *e)
{
    const size_t original = dataset_image_bytes(&s->of);

    s->wanted = wanted_of(&s->of, wish);
    s->info = (struct dataset_info){ .height = s->wanted.height,
                                     .width = s->wanted.width,
                                     .channels = s->wanted.channels,
                                     .made = true,
                                     .anew = wish->cropped,
                                     .original = wish->cropped ? original : 0 };
    s->block = (uint32_t)size_max(BLOCK_BYTES / original, 1);
    s->originals = memory_new(s->block, original, e);
    s->crew = s->originals ? crew_new(0, e) : NULL;
    return s->crew != NULL;
}

static struct source *new_source(struct source *from, const struct dataset_info *of, const struct source_wish *wish,
                                 struct error *e)
{
    static const struct source_ops ops = {
        .describe = scaled_describe,
        .read = scaled_read,
        .read_cropped = scaled_read_cropped,
        .close = scaled_close,
        .labels = scaled_labels,
    }, without_labels = {
        .describe = scaled_describe,
        .read = scaled_read,
        .read_cropped = scaled_read_cropped,
        .close = scaled_close,
    };
    struct scaled_source *s = memory_new(1, sizeof *s, e);

    if (!s) {
        source_close(from);
        return NULL;
    }
    s->base.ops = from->ops->labels ? &ops : &without_labels;
    s->from = from;
    s->of = *of;
    if (prepare(s, wish, e))
        return &s->base;
    scaled_close(&s->base);
    return NULL;
}

struct source *source_scaled_open(struct source *from, const struct source_wish *wish, struct error *e)
{
    struct dataset_info info;

    source_describe(from, &info);
    return is_as_wished(from, &info, wish) ? from : new_source(from, &info, wish, e);
}
