#include "data/images/resample.h"

#include <math.h>
#include <stdlib.h>

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
        int end = int_clamp((int)ceil(centre + reach - 0.5) + 1, first + 1, size);
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

/* One row of the result, still as wide as the source: the weighted sum of its rows. */
static void sum_rows(const struct image_part *from, const struct taps *t, int row, float *restrict to)
{
    const size_t width = (size_t)from->width * (size_t)from->channels;
    const float *weights = t->weights + (size_t)row * (size_t)t->most;

    for (size_t x = 0; x < width; x++)
        to[x] = 0;
    for (int k = 0; k < t->count[row]; k++) {
        const uint8_t *restrict pixels = from->pixels + (size_t)(t->first[row] + k) * width;
        const float weight = weights[k];

        for (size_t x = 0; x < width; x++)
            to[x] += weight * (float)pixels[x];
    }
}

static uint8_t byte_of(float value)
{
    return (uint8_t)(value + 0.5f); /* a mean of bytes: neither below 0 nor above 255 */
}

static void sum_columns(const float *restrict row, const struct taps *t, int width, int channels, uint8_t *restrict to)
{
    for (int x = 0; x < width; x++) {
        const float *pixel = row + (size_t)t->first[x] * (size_t)channels;
        const float *weights = t->weights + (size_t)x * (size_t)t->most;
        float sum[CHANNELS_MOST] = { 0 };

        for (int k = 0; k < t->count[x]; k++, pixel += channels)
            for (int c = 0; c < channels; c++)
                sum[c] += weights[k] * pixel[c];
        for (int c = 0; c < channels; c++)
            to[x * channels + c] = byte_of(sum[c]);
    }
}

bool resample(const struct image_part *from, const struct image_box *box, uint8_t *to, int height, int width,
              size_t stride, struct resample_scratch *scratch, struct error *e)
{
    const double down = box->height / height, across = box->width / width;
    const int most_down = taps_most(down), most_across = taps_most(across);
    const size_t all = (size_t)height + (size_t)width;
    const size_t weights = (size_t)height * (size_t)most_down + (size_t)width * (size_t)most_across;

    if (!make_room((void **)&scratch->weights, &scratch->weights_room, weights * sizeof(float), e) ||
        !make_room((void **)&scratch->row, &scratch->row_room,
                   (size_t)from->width * (size_t)from->channels * sizeof(float), e) ||
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
        sum_columns(scratch->row, &columns, width, from->channels, to + (size_t)y * stride);
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
