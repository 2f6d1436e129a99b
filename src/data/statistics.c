#include "data/statistics.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

enum { BLOCK = 64, SAMPLE = 10000 };

/* Sums of whole numbers are exact, so the result does not depend on the order of reading. */
struct sums {
    uint64_t value[CHANNELS_MAX], square[CHANNELS_MAX];
};

static void add(struct sums *sums, const uint8_t *pixel, size_t pixels, int channels)
{
    for (size_t i = 0; i < pixels; i++)
        for (int c = 0; c < channels; c++) {
            uint32_t value = *pixel++;

            sums->value[c] += value;
            sums->square[c] += value * value;
        }
}

static void finish(const struct sums *sums, double pixels, int channels, struct statistics *out)
{
    for (int c = 0; c < channels; c++) {
        double mean = (double)sums->value[c] / pixels;
        double variance = (double)sums->square[c] / pixels - mean * mean;
        double deviation = variance > 0 ? sqrt(variance) / 255 : 0;

        out->mean[c] = (float)(mean / 255);
        /* A channel of one colour: any deviation normalises it to zeros. */
        out->deviation[c] = deviation > 1e-6 ? (float)deviation : 1;
    }
}

static bool measure(struct source *s, const struct dataset_info *info, uint32_t images, uint8_t *block,
                    struct sums *sums, struct error *e)
{
    uint32_t index[BLOCK];
    int32_t labels[BLOCK];
    uint64_t all = info->count[SPLIT_TRAIN];

    for (uint32_t done = 0; done < images;) {
        int n = images - done < BLOCK ? (int)(images - done) : BLOCK;

        for (int i = 0; i < n; i++)
            index[i] = (uint32_t)(all * (done + (uint32_t)i) / images);
        if (!source_read(s, SPLIT_TRAIN, index, n, block, labels, e))
            return false;
        add(sums, block, (size_t)n * (size_t)info->height * (size_t)info->width, info->channels);
        done += (uint32_t)n;
    }
    return true;
}

bool statistics_measure(struct source *s, struct statistics *out, struct error *e)
{
    struct dataset_info info;
    struct sums sums = { 0 };

    source_describe(s, &info);
    uint32_t images = info.count[SPLIT_TRAIN];
    if (!info.in_memory && images > SAMPLE)
        images = SAMPLE;

    uint8_t *block = memory_new(BLOCK, dataset_image_bytes(&info), e);
    bool measured = block && measure(s, &info, images, block, &sums, e);
    free(block);
    if (measured)
        finish(&sums, (double)images * info.height * info.width, info.channels, out);
    return measured;
}
