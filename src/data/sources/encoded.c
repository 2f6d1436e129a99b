#include "data/sources/encoded.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/images/image_load.h"
#include "data/sources/crew.h"

enum { SIDE_USUAL = 224, SAMPLE = 64, REPLACEMENTS_MOST = 100, NAME_SIZE = 91 };

/* What a thread needs to decode. */
struct worker {
    struct encoded_bytes encoded;
    struct image_scratch scratch;
    double reading; /* seconds of waiting for bytes, of the image that it makes */
};

struct encoded_source {
    struct source base;
    struct encoded_set *set;
    struct dataset_info info;
    struct image_wanted wanted;
    struct crew *crew;
    struct worker workers[CREW_MOST];

    pthread_mutex_t lock;         /* of what follows */
    uint8_t *broken[SPLIT_COUNT]; /* [count]: it was tried, and could not be read */
    uint32_t n_broken;
    char first_broken[160]; /* its name and what is wrong with it */
};

bool encoded_make_room(struct encoded_bytes *to, size_t size, struct error *e)
{
    if (size > to->room) {
        uint8_t *bytes = realloc(to->bytes, size);

        if (!bytes)
            return error_set(e, ERROR_MEMORY, "not enough memory for its %zu bytes", size);
        to->bytes = bytes;
        to->room = size;
    }
    to->size = size;
    return true;
}

bool encoded_append(struct encoded_bytes *to, const void *bytes, size_t size, struct error *e)
{
    const size_t before = to->size;

    if (before + size > to->room && !encoded_make_room(to, size_max(before + size, 2 * to->room), e))
        return false;
    memcpy(to->bytes + before, bytes, size);
    to->size = before + size;
    return true;
}

static bool read_one(const struct encoded_source *s, struct worker *w, enum split split, uint32_t index,
                     struct error *e)
{
    double began = clock_seconds();
    bool read = s->set->ops->read(s->set, split, index, &w->encoded, e);

    w->reading += clock_seconds() - began;
    return read;
}

static bool is_broken(struct encoded_source *s, enum split split, uint32_t index)
{
    pthread_mutex_lock(&s->lock);
    bool broken = s->broken[split][index];
    pthread_mutex_unlock(&s->lock);
    return broken;
}

bool encoded_is_broken(const struct source *s, enum split split, uint32_t index)
{
    return encoded_set_of(s) && is_broken((struct encoded_source *)s, split, index);
}

static void mark_broken(struct encoded_source *s, enum split split, uint32_t index, const struct error *e)
{
    char name[NAME_SIZE];

    pthread_mutex_lock(&s->lock);
    if (s->n_broken == 0) {
        encoded_name(s->set, split, index, name, sizeof name);
        snprintf(s->first_broken, sizeof s->first_broken, "%s: %.60s", name, e->text);
    }
    s->n_broken += !s->broken[split][index];
    s->broken[split][index] = true;
    pthread_mutex_unlock(&s->lock);
}

static bool lacks_memory(const struct encoded_source *s, enum split split, uint32_t index, struct error *e)
{
    char name[NAME_SIZE];

    encoded_name(s->set, split, index, name, sizeof name);
    return error_context(e, "%s", name);
}

/* Decodes image `index`, or the next one of the split that can be. Memory that is lacking is no fault of the image. */
static bool decode(struct encoded_source *s, struct worker *w, enum split split, uint32_t index,
                   const struct image_draw *draw, uint8_t *pixels, int32_t *label, struct error *e)
{
    for (int tries = 0; tries < REPLACEMENTS_MOST; tries++, index = (index + 1) % s->info.count[split]) {
        if (is_broken(s, split, index))
            continue;
        if (read_one(s, w, split, index, e) &&
            image_load(w->encoded.bytes, w->encoded.size, &s->wanted, draw, pixels, &w->scratch, e)) {
            *label = s->set->ops->label(s->set, split, index);
            return true;
        }
        if (e->kind == ERROR_MEMORY)
            return lacks_memory(s, split, index, e);
        mark_broken(s, split, index, e);
    }
    return error_set(e, ERROR_INPUT, "%s: %d images one after another cannot be read, first %s", s->set->path,
                     REPLACEMENTS_MOST, s->first_broken);
}

struct job {
    struct encoded_source *source;
    enum split split;
    const uint32_t *index;
    const struct source_crop *crop; /* or NULL */
    uint8_t *images;
    int32_t *labels;
};

static bool make(void *context, int i, int thread, double *reading, struct error *e)
{
    const struct job *j = context;
    struct worker *w = &j->source->workers[thread];
    const size_t bytes = dataset_image_bytes(&j->source->info);
    struct image_draw draw = { .image = j->index[i] };
    bool made;

    if (j->crop) {
        draw.seed = j->crop->seed;
        draw.epoch = j->crop->epoch;
    }
    w->reading = 0;
    made = decode(j->source, w, j->split, j->index[i], j->crop ? &draw : NULL, j->images + (size_t)i * bytes,
                  &j->labels[i], e);
    *reading += w->reading;
    return made;
}

static bool encoded_read_cropped(struct source *source, enum split split, const uint32_t *index, int n,
                                 const struct source_crop *crop, uint8_t *images, int32_t *labels, struct error *e)
{
    struct encoded_source *s = (struct encoded_source *)source;
    struct job j = { s, split, index, crop, images, labels };

    return crew_run(s->crew, n, make, &j, source->gate, &source->effort, e);
}

static bool encoded_read(struct source *source, enum split split, const uint32_t *index, int n, uint8_t *images,
                         int32_t *labels, struct error *e)
{
    return encoded_read_cropped(source, split, index, n, NULL, images, labels, e);
}

static void encoded_describe(const struct source *source, struct dataset_info *info)
{
    struct encoded_source *s = (struct encoded_source *)source;

    *info = s->info;
    pthread_mutex_lock(&s->lock);
    info->unreadable = s->n_broken;
    text_copy(info->first_unreadable, sizeof info->first_unreadable, s->first_broken);
    pthread_mutex_unlock(&s->lock);
}

static void encoded_close(struct source *source)
{
    struct encoded_source *s = (struct encoded_source *)source;

    crew_free(s->crew);
    for (int i = 0; i < CREW_MOST; i++) {
        free(s->workers[i].encoded.bytes);
        image_scratch_free(&s->workers[i].scratch);
    }
    for (int i = 0; i < SPLIT_COUNT; i++)
        free(s->broken[i]);
    s->set->ops->close(s->set);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static int by_number(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* What some images, from all parts of the training split, have in common. */
static bool choose_size(struct encoded_source *s, const struct source_wish *wish, struct error *e)
{
    const uint32_t all = s->info.count[SPLIT_TRAIN], n = uint32_min(all, SAMPLE);
    const struct encoded_bytes *encoded = &s->workers[0].encoded;
    int shorter[SAMPLE], good = 0;
    bool alike = true, grey = true;
    struct image_size first = { 0 };

    for (uint32_t i = 0; i < n; i++) {
        const uint32_t index = (uint32_t)((uint64_t)all * i / n);
        struct image_size size;

        if (!read_one(s, &s->workers[0], SPLIT_TRAIN, index, e) ||
            !image_measure(encoded->bytes, encoded->size, &size, e)) {
            mark_broken(s, SPLIT_TRAIN, index, e);
            continue;
        }
        if (good == 0)
            first = size;
        alike = alike && size.height == first.height && size.width == first.width;
        grey = grey && size.grey;
        shorter[good++] = int_min(size.height, size.width);
    }
    if (good == 0)
        return error_set(e, ERROR_INPUT, "%s: none of %u images can be read, first %s", s->set->path, n,
                         s->first_broken);
    qsort(shorter, (size_t)good, sizeof *shorter, by_number);
    int side = wish->size > 0 ? wish->size : int_min(shorter[good / 2], SIDE_USUAL);

    alike = alike && wish->size == 0 && int_max(first.height, first.width) <= SIDE_USUAL;
    s->wanted = (struct image_wanted){ .height = alike ? first.height : side,
                                       .width = alike ? first.width : side,
                                       .channels = wish->channels > 0 ? wish->channels : grey ? 1 : 3,
                                       .fit = wish->fit };
    return true;
}

static bool prepare(struct encoded_source *s, const struct source_wish *wish, struct error *e)
{
    for (int i = 0; i < SPLIT_COUNT; i++) {
        s->broken[i] = memory_new(s->info.count[i], 1, e);
        if (!s->broken[i])
            return false;
    }
    if (!choose_size(s, wish, e))
        return false;
    s->info.height = s->wanted.height;
    s->info.width = s->wanted.width;
    s->info.channels = s->wanted.channels;
    s->info.made = true;
    s->info.anew = wish->cropped;
    return true;
}

/* Those of the images as they are named: what stands in for a broken one is known only when it is read. */
static void encoded_labels(const struct source *source, enum split split, int32_t *labels)
{
    const struct encoded_set *set = ((const struct encoded_source *)source)->set;

    for (uint32_t i = 0; i < set->info.count[split]; i++)
        labels[i] = set->ops->label(set, split, i);
}

static const struct source_ops ops = {
    .describe = encoded_describe,
    .read = encoded_read,
    .read_cropped = encoded_read_cropped,
    .close = encoded_close,
    .labels = encoded_labels,
};

struct source *encoded_open(struct encoded_set *set, const struct source_wish *wish, struct error *e)
{
    struct encoded_source *s = memory_new(1, sizeof *s, e);

    if (!s) {
        set->ops->close(set);
        return NULL;
    }
    s->base.ops = &ops;
    s->set = set;
    s->info = set->info;
    pthread_mutex_init(&s->lock, NULL);
    s->crew = crew_new(0, e);
    if (s->crew && prepare(s, wish, e))
        return &s->base;
    encoded_close(&s->base);
    return NULL;
}

const struct encoded_set *encoded_set_of(const struct source *s)
{
    return s->ops == &ops ? ((const struct encoded_source *)s)->set : NULL;
}
