#include "data/sources/source_memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"

struct memory_source {
    struct source base;
    struct dataset_info info;
    uint8_t *images[SPLIT_COUNT];
    int32_t *labels[SPLIT_COUNT];
    char (*class_names)[CLASS_NAME_SIZE];
};

static void memory_close(struct source *source)
{
    struct memory_source *s = (struct memory_source *)source;

    for (int i = 0; i < SPLIT_COUNT; i++) {
        free(s->images[i]);
        free(s->labels[i]);
    }
    free(s->class_names);
    free(s);
}

static void memory_describe(const struct source *source, struct dataset_info *info)
{
    *info = ((const struct memory_source *)source)->info;
}

static bool memory_read(struct source *source, enum split split, const uint32_t *index, int n, uint8_t *images,
                        int32_t *labels, struct error *e)
{
    const struct memory_source *s = (const struct memory_source *)source;
    size_t size = dataset_image_bytes(&s->info);

    (void)e;
    for (int i = 0; i < n; i++) {
        memcpy(images + (size_t)i * size, s->images[split] + index[i] * size, size);
        labels[i] = s->labels[split][index[i]];
    }
    return true;
}

static void memory_labels(const struct source *source, enum split split, int32_t *labels)
{
    const struct memory_source *s = (const struct memory_source *)source;

    memcpy(labels, s->labels[split], s->info.count[split] * sizeof *labels);
}

static bool allocate(struct memory_source *s, struct error *e)
{
    for (int i = 0; i < SPLIT_COUNT; i++) {
        s->images[i] = memory_new(s->info.count[i], dataset_image_bytes(&s->info), e);
        s->labels[i] = memory_new(s->info.count[i], sizeof **s->labels, e);
        if (!s->images[i] || !s->labels[i])
            return false;
    }
    if (!s->info.class_names)
        return true;
    s->class_names = memory_new((size_t)s->info.classes, sizeof *s->class_names, e);
    if (!s->class_names)
        return false;
    memcpy(s->class_names, s->info.class_names, (size_t)s->info.classes * sizeof *s->class_names);
    s->info.class_names = s->class_names;
    return true;
}

struct source *source_memory_new(const struct dataset_info *info, struct error *e)
{
    static const struct source_ops ops = {
        .describe = memory_describe, .read = memory_read, .close = memory_close, .labels = memory_labels
    };
    struct memory_source *s = memory_new(1, sizeof *s, e);

    if (!s)
        return NULL;
    s->base.ops = &ops;
    s->info = *info;
    s->info.in_memory = true;
    s->info.made = s->info.anew = false;
    s->info.original = 0;
    if (allocate(s, e))
        return &s->base;
    memory_close(&s->base);
    return NULL;
}

uint8_t *source_memory_images(struct source *s, enum split split)
{
    return ((struct memory_source *)s)->images[split];
}

int32_t *source_memory_labels(struct source *s, enum split split)
{
    return ((struct memory_source *)s)->labels[split];
}

static bool load(struct source *from, struct memory_source *to, bool (*progress)(void *context, double done),
                 void *context, struct error *e)
{
    enum { BLOCK_BYTES = 4 << 20, BLOCK_IMAGES = 4096 };
    uint32_t index[BLOCK_IMAGES];
    size_t size = dataset_image_bytes(&to->info);
    uint32_t block = (uint32_t)size_clamp(BLOCK_BYTES / size, 1, BLOCK_IMAGES);
    double all = (double)to->info.count[SPLIT_TRAIN] + to->info.count[SPLIT_TEST], read = 0;

    for (int split = 0; split < SPLIT_COUNT; split++) {
        for (uint32_t done = 0; done < to->info.count[split];) {
            uint32_t n = uint32_min(block, to->info.count[split] - done);

            for (uint32_t i = 0; i < n; i++)
                index[i] = done + i;
            if (!source_read(from, (enum split)split, index, (int)n, to->images[split] + done * size,
                             to->labels[split] + done, e))
                return false;
            done += n;
            read += n;
            if (progress && !progress(context, read / all))
                return error_set(e, ERROR_STOPPED, "reading %s was stopped", to->info.name);
        }
    }
    return true;
}

/* What was found out while the images were read. */
static void take_unreadable(struct memory_source *to, const struct source *from)
{
    struct dataset_info now;

    source_describe(from, &now);
    to->info.unreadable = now.unreadable;
    memcpy(to->info.first_unreadable, now.first_unreadable, sizeof now.first_unreadable);
}

struct source *source_memory_load(struct source *from, bool (*progress)(void *context, double done), void *context,
                                  struct error *e)
{
    struct dataset_info info;

    source_describe(from, &info);
    struct source *s = source_memory_new(&info, e);
    if (!s)
        return NULL;
    if (!load(from, (struct memory_source *)s, progress, context, e)) {
        source_close(s);
        return NULL;
    }
    take_unreadable((struct memory_source *)s, from);
    return s;
}
