#include "data/preview.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "data/images/resample.h"
#include "data/sources/encoded.h"

enum { RGB = 3 };

struct preview_size preview_size(const struct dataset_info *info, int side)
{
    double scale = fmin((double)side / int_max(info->height, info->width), 1);

    return (struct preview_size){ int_max((int)lround(info->height * scale), 1),
                                  int_max((int)lround(info->width * scale), 1) };
}

static int by_number(const void *a, const void *b)
{
    const uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;

    return first < second ? -1 : first > second;
}

/* Reservoir sampling (Vitter, 1985, algorithm R): the k-th image of a class takes the place of one that was picked with
 * the chance each/k, so that all have the same. */
void preview_pick(const int32_t *labels, uint32_t count, int classes, int each, uint64_t seed, uint32_t *index,
                  uint32_t *of_class)
{
    memset(of_class, 0, (size_t)classes * sizeof *of_class);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t *picked = index + (size_t)labels[i] * (size_t)each, seen = of_class[labels[i]]++;
        struct random_words words = random_block(seed, RANDOM_SHUFFLE, 0, 0, i);
        uint64_t place = seen < (uint32_t)each ? seen : (uint64_t)words.word[0] * (seen + 1ull) >> 32;

        if (place < (uint64_t)each)
            picked[place] = i;
    }
    for (int class = 0; class < classes; class++)
        qsort(index + (size_t)class * (size_t)each, uint32_min(of_class[class], (uint32_t)each), sizeof *index,
              by_number);
}

int preview_of_class(const int32_t *labels, uint32_t count, int32_t class, uint32_t first, int n, uint32_t *index)
{
    uint32_t seen = 0;
    int found = 0;

    for (uint32_t i = 0; i < count && found < n; i++)
        if (labels[i] == class && seen++ >= first)
            index[found++] = i;
    return found;
}

static void colour(const uint8_t *from, size_t pixels, int channels, uint8_t *to)
{
    for (size_t i = 0; i < pixels; i++, from += channels, to += RGB)
        for (int c = 0; c < RGB; c++)
            to[c] = from[channels < RGB ? 0 : c];
}

/* What reading takes of memory. */
struct reading {
    struct dataset_info info;
    int most;        /* images at once */
    uint8_t *images; /* [most][H][W][C] */
    int32_t *labels; /* [most] */
    uint8_t *rgb;    /* of one image */
    struct resample_scratch scratch;
};

/* Images are mixed with their neighbours: a few are read at once, and large ones one by one. */
static bool reading_begin(struct reading *r, struct source *s, int n, struct error *e)
{
    const size_t bytes_most = 64 << 20;

    source_describe(s, &r->info);
    r->most = (int)size_clamp(bytes_most / dataset_image_bytes(&r->info), 1, (size_t)int_max(int_min(n, 64), 1));
    r->images = memory_new((size_t)r->most, dataset_image_bytes(&r->info), e);
    r->labels = r->images ? memory_new((size_t)r->most, sizeof *r->labels, e) : NULL;
    r->rgb = r->labels ? memory_new((size_t)r->info.height * (size_t)r->info.width, RGB, e) : NULL;
    return r->rgb != NULL;
}

static void reading_end(struct reading *r)
{
    resample_free(&r->scratch);
    free(r->images);
    free(r->labels);
    free(r->rgb);
}

static bool scale(struct reading *r, const uint8_t *image, struct preview_size size, uint8_t *to, struct error *e)
{
    const struct image_part whole = { .pixels = r->rgb, .height = r->info.height, .width = r->info.width,
                                      .channels = RGB, .scale_down = 1, .scale_across = 1 };
    const struct image_box box = { 0, 0, r->info.height, r->info.width };

    colour(image, (size_t)r->info.height * (size_t)r->info.width, r->info.channels, r->rgb);
    if (size.height != r->info.height || size.width != r->info.width)
        return resample(&whole, &box, to, size.height, size.width, (size_t)size.width * RGB, &r->scratch, e);
    memcpy(to, r->rgb, (size_t)size.height * (size_t)size.width * RGB);
    return true;
}

/* At most so many as are read at once. */
static bool read_few(struct reading *r, struct source *s, enum split split, const uint32_t *index, int n,
                     const struct preview_change *change, struct preview_size size, uint8_t *to, bool *broken,
                     struct error *e)
{
    const size_t bytes = (size_t)size.height * (size_t)size.width * RGB, image = dataset_image_bytes(&r->info);
    const struct source_crop *crop = change && r->info.anew ? &change->crop : NULL;

    for (int i = 0; i < n; i++) /* one by one: no team of threads is needed for a few */
        if (!source_read_cropped(s, split, &index[i], 1, crop, r->images + (size_t)i * image, r->labels, e))
            return false;
    if (change && !change->change(change->context, &r->info, r->images, n, e))
        return false;
    for (int i = 0; i < n; i++) {
        if (!scale(r, r->images + (size_t)i * image, size, to + (size_t)i * bytes, e))
            return false;
        broken[i] = encoded_is_broken(s, split, index[i]);
        if (broken[i]) /* another image stands in for it */
            memset(to + (size_t)i * bytes, 0, bytes);
    }
    return true;
}

bool preview_read(struct source *s, enum split split, const uint32_t *index, int n, const struct preview_change *change,
                  struct preview_size size, uint8_t *rgb, bool *broken, struct error *e)
{
    const size_t bytes = (size_t)size.height * (size_t)size.width * RGB;
    struct reading r = { .images = NULL };
    bool read = reading_begin(&r, s, n, e);

    for (int done = 0, few; read && done < n; done += few) {
        few = int_min(r.most, n - done);
        read = read_few(&r, s, split, index + done, few, change, size, rgb + (size_t)done * bytes, broken + done, e);
    }
    reading_end(&r);
    return read;
}

void preview_name(const struct source *s, enum split split, uint32_t index, char *to, size_t size)
{
    const struct encoded_set *set = encoded_set_of(s);
    char name[PATH_SIZE];

    snprintf(name, sizeof name, "#%u", index);
    if (set)
        encoded_name(set, split, index, name, sizeof name);
    text_sanitise(to, size, name);
}
