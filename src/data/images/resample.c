#include "data/images/resample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

enum { CHANNELS_MOST = 4 };

/* For each pixel of the result: the first pixel that counts, how many do, and their weights, `most` places for each. */
struct taps {
    int *first, *count, most;
    float *weights;
};

static bool make_room(void **memory, size_t *room, size_t wanted, struct error *e)
{
    if (wanted <= *room)
        return true;
    void *larger = realloc(*memory, wanted);

    if (!larger)
        return error_set(e, ERROR_MEMORY, "not enough memory to scale it");
    *memory = larger;
    *room = wanted;
    return true;
}

/* Pixel i of `count` is at `offset` + (i + 1/2) × scale in the source. */
static void make_taps(struct taps *t, int count, double offset, double scale, int size)
{
    const double reach = fmax(scale, 1);

    for (int i = 0; i < count; i++) {
        double centre = offset + (i + 0.5) * scale, sum = 0;
        int first = int_clamp((int)floor(centre - reach + 0.5), 0, size - 1);
        int end = int_clamp((int)ceil(centre + reach - 0.5), first + 1, size);
        float *weights = t->weights + (size_t)i * (size_t)t->most;

        t->first[i] = first;
        t->count[i] = int_min(end - first, t->most);
        for (int k = 0; k < t->count[i]; k++) {
            double weight = fmax(1 - fabs(first + k + 0.5 - centre) / reach, 0);

            weights[k] = (float)weight;
            sum += weight;
        }
        if (sum <= 0) { /* wholly outside: the edge */
            weights[0] = 1;
            t->count[i] = 1;
            continue;
        }
        for (int k = 0; k < t->count[i]; k++)
            weights[k] /= (float)sum;
    }
}

static int taps_most(double scale)
{
    return 2 * (int)ceil(fmax(scale, 1)) + 2;
}

/* A few floats that fit into a register: vectors that every processor has. */
typedef float floats __attribute__((vector_size(16)));
typedef int32_t integers __attribute__((vector_size(16)));

static floats load(const float *from)
{
    floats loaded;

    memcpy(&loaded, from, sizeof loaded);
    return loaded;
}

/* One row of the result, still as wide as the source: the weighted sum of its rows. In blocks of a length that the
 * compiler knows, so that it makes vectors of them. */
static void sum_rows(const struct image_part *from, const struct taps *t, int row, float *restrict to)
{
    enum { BLOCK = 32 };
    const size_t width = (size_t)from->width * (size_t)from->channels;
    const float *weights = t->weights + (size_t)row * (size_t)t->most;
    const uint8_t *first = from->pixels + (size_t)t->first[row] * width;
    size_t x = 0;

    for (; x + BLOCK <= width; x += BLOCK) {
        float sum[BLOCK];

        for (int i = 0; i < BLOCK; i++)
            sum[i] = weights[0] * (float)first[x + (size_t)i];
        for (int k = 1; k < t->count[row]; k++) {
            const uint8_t *pixels = first + (size_t)k * width + x;

            for (int i = 0; i < BLOCK; i++)
                sum[i] += weights[k] * (float)pixels[i];
        }
        memcpy(to + x, sum, sizeof sum);
    }
    for (; x < width; x++) {
        to[x] = 0;
        for (int k = 0; k < t->count[row]; k++)
            to[x] += weights[k] * (float)first[(size_t)k * width + x];
    }
}

/* All channels of a pixel at once, and what comes behind them: the row has room for it. A mean of bytes is neither
 * below 0 nor above 255. `channels` is a constant where it is called. */
static inline void sum_columns(const float *row, const struct taps *t, int width, size_t channels, uint8_t *restrict to)
{
    for (int x = 0; x < width; x++) {
        const float *from = row + (size_t)t->first[x] * channels;
        const float *weights = t->weights + (size_t)x * (size_t)t->most;
        floats sum = { 0.5F, 0.5F, 0.5F, 0.5F };

        for (int k = 0; k < t->count[x]; k++, from += channels)
            sum += weights[k] * load(from);

        integers rounded = __builtin_convertvector(sum, integers);

        for (size_t c = 0; c < channels; c++)
            to[(size_t)x * channels + c] = (uint8_t)rounded[c];
    }
}

static void sum_row(const float *row, const struct taps *t, int width, int channels, uint8_t *to)
{
    switch (channels) {
    case 1:
        sum_columns(row, t, width, 1, to);
        break;
    case 2:
        sum_columns(row, t, width, 2, to);
        break;
    case 3:
        sum_columns(row, t, width, 3, to);
        break;
    default:
        sum_columns(row, t, width, CHANNELS_MOST, to);
    }
}

/* Neither scaled nor moved by a part of a pixel, and nothing past the edges. */
static bool is_plain(const struct image_part *from, const struct image_box *box, int height, int width)
{
    return box->height == height && box->width == width && box->top == floor(box->top) &&
           box->left == floor(box->left) && box->top >= 0 && box->left >= 0 && box->top + height <= from->height &&
           box->left + width <= from->width;
}

static void copy_rows(const struct image_part *from, const struct image_box *box, uint8_t *to, int height, int width,
                      size_t stride)
{
    const size_t channels = (size_t)from->channels, row = (size_t)from->width * channels;
    const uint8_t *first = from->pixels + (size_t)box->top * row + (size_t)box->left * channels;

    for (int y = 0; y < height; y++)
        memcpy(to + (size_t)y * stride, first + (size_t)y * row, (size_t)width * channels);
}

bool resample(const struct image_part *from, const struct image_box *box, uint8_t *to, int height, int width,
              size_t stride, struct resample_scratch *scratch, struct error *e)
{
    if (is_plain(from, box, height, width)) {
        copy_rows(from, box, to, height, width, stride);
        return true;
    }

    const double down = box->height / height, across = box->width / width;
    const int most_down = taps_most(down), most_across = taps_most(across);
    const size_t all = (size_t)height + (size_t)width;
    const size_t weights = (size_t)height * (size_t)most_down + (size_t)width * (size_t)most_across;

    if (!make_room((void **)&scratch->weights, &scratch->weights_room, weights * sizeof(float), e) ||
        !make_room((void **)&scratch->row, &scratch->row_room,
                   ((size_t)from->width * (size_t)from->channels + CHANNELS_MOST) * sizeof(float), e) ||
        !make_room((void **)&scratch->first, &scratch->taps_room, 2 * all * sizeof(int), e))
        return false;
    scratch->count = scratch->first + all;

    struct taps rows = { scratch->first, scratch->count, most_down, scratch->weights };
    struct taps columns = { scratch->first + height, scratch->count + height, most_across,
                            scratch->weights + (size_t)height * (size_t)most_down };

    make_taps(&rows, height, box->top, down, from->height);
    make_taps(&columns, width, box->left, across, from->width);
    for (int y = 0; y < height; y++) {
        sum_rows(from, &rows, y, scratch->row);
        sum_row(scratch->row, &columns, width, from->channels, to + (size_t)y * stride);
    }
    return true;
}

void resample_free(struct resample_scratch *scratch)
{
    free(scratch->weights);
    free(scratch->row);
    free(scratch->first);
    *scratch = (struct resample_scratch){ 0 };
}
