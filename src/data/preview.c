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
    uint8_t *image, *rgb; /* as the source has it, and in colour */
    struct resample_scratch scratch;
};

static bool scale(struct reading *r, struct preview_size size, uint8_t *to, struct error *e)
{
    const struct image_part whole = { .pixels = r->rgb, .height = r->info.height, .width = r->info.width,
                                      .channels = RGB, .scale_down = 1, .scale_across = 1 };
    const struct image_box box = { 0, 0, r->info.height, r->info.width };

    if (size.height != r->info.height || size.width != r->info.width)
        return resample(&whole, &box, to, size.height, size.width, (size_t)size.width * RGB, &r->scratch, e);
    memcpy(to, r->rgb, (size_t)size.height * (size_t)size.width * RGB);
    return true;
}

static bool read_all(struct reading *r, struct source *s, enum split split, const uint32_t *index, int n,
                     struct preview_size size, uint8_t *to, bool *broken, struct error *e)
{
    const size_t pixels = (size_t)r->info.height * (size_t)r->info.width;
    const size_t bytes = (size_t)size.height * (size_t)size.width * RGB;
    int32_t label;

    for (int i = 0; i < n; i++) {
        if (!source_read(s, split, &index[i], 1, r->image, &label, e))
            return false;
        colour(r->image, pixels, r->info.channels, r->rgb);
        if (!scale(r, size, to + (size_t)i * bytes, e))
            return false;
        broken[i] = encoded_is_broken(s, split, index[i]);
        if (broken[i]) /* another image stands in for it */
            memset(to + (size_t)i * bytes, 0, bytes);
    }
    return true;
}

bool preview_read(struct source *s, enum split split, const uint32_t *index, int n, struct preview_size size,
                  uint8_t *rgb, bool *broken, struct error *e)
{
    struct reading r = { .image = NULL };

    source_describe(s, &r.info);
    r.image = memory_new(1, dataset_image_bytes(&r.info), e);
    r.rgb = r.image ? memory_new((size_t)r.info.height * (size_t)r.info.width, RGB, e) : NULL;

    bool read = r.rgb && read_all(&r, s, split, index, n, size, rgb, broken, e);

    resample_free(&r.scratch);
    free(r.image);
    free(r.rgb);
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

void preview_class(const struct dataset_info *info, int class, char *to, size_t size)
{
    if (info->class_names && info->class_names[class][0])
        text_sanitise(to, size, info->class_names[class]);
    else
        snprintf(to, size, "%d", class);
}
