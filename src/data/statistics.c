#include "data/statistics.h"

#include <math.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/random.h"

enum { BLOCK_BYTES = 4 << 20, BLOCK_IMAGES = 4096, SAMPLE = 10000, RUNS_LEAST = 100 };

/* Sums of whole numbers are exact, so the result does not depend on the order of reading. */
struct sums {
    uint64_t value[CHANNELS_MAX], square[CHANNELS_MAX];
};

/* The sum of the squares of so many bytes fits in 32 bits. */
enum { SHORT = 65536 };

/* Adds every `channels`-th byte. */
static void add_short(uint64_t *values, uint64_t *squares, const uint8_t *pixel, size_t pixels, int channels)
{
    uint32_t value = 0, square = 0;

    for (size_t i = 0; i < pixels; i++) {
        uint32_t v = pixel[i * (size_t)channels];

        value += v;
        square += v * v;
    }
    *values += value;
    *squares += square;
}

static void add(struct sums *sums, const uint8_t *pixel, size_t pixels, int channels)
{
    for (size_t i = 0; i < pixels; i += SHORT)
        for (int c = 0; c < channels; c++)
            add_short(&sums->value[c], &sums->square[c], pixel + i * (size_t)channels + c,
                      size_min(pixels - i, SHORT), channels);
}

static void finish(const struct sums *sums, double pixels, int channels, struct statistics *out)
{
    for (int c = 0; c < channels; c++) {
        double mean = (double)sums->value[c] / pixels;
        double variance = (double)sums->square[c] / pixels - mean * mean;
        double deviation = variance > 0 ? sqrt(variance) / 255 : 0;

        out->mean[c] = (float)(mean / 255);
        /* In a channel of one value any deviation gives zeros. */
        out->deviation[c] = deviation > 1e-6 ? (float)deviation : 1;
    }
}

struct pass {
    struct source *source;
    struct dataset_info info;
    uint32_t images, block; /* to read in all, and at once */
    uint32_t run;           /* neighbours that are taken together */
    uint8_t *pixels;        /* [block][H][W][C] */
    bool (*progress)(void *context, double done);
    void *context;
};

/* One run of each of so many equal parts, at random: data sets often have a period, which even steps would fall in
 * with. */
static uint32_t place_of(const struct pass *p, uint32_t i)
{
    const uint64_t all = p->info.count[SPLIT_TRAIN], parts = p->images / p->run, part = i / p->run;
    const uint64_t first = all * part / parts, end = all * (part + 1) / parts;
    const uint64_t places = end - first > p->run ? end - first - p->run + 1 : 1;

    return (uint32_t)(first + random_block(0, RANDOM_SPLIT, 0, 0, part).word[0] % places) + i % p->run;
}

static bool measure(const struct pass *p, struct sums *sums, struct error *e)
{
    uint32_t index[BLOCK_IMAGES];
    int32_t labels[BLOCK_IMAGES];

    for (uint32_t done = 0; done < p->images;) {
        uint32_t n = uint32_min(p->block, p->images - done);

        for (uint32_t i = 0; i < n; i++)
            index[i] = place_of(p, done + i);
        if (!source_read(p->source, SPLIT_TRAIN, index, (int)n, p->pixels, labels, e))
            return false;
        add(sums, p->pixels, (size_t)n * (size_t)p->info.height * (size_t)p->info.width, p->info.channels);
        done += n;
        if (p->progress && !p->progress(p->context, (double)done / p->images))
            return error_set(e, ERROR_STOPPED, "measuring %s was stopped", p->info.name);
    }
    return true;
}

bool statistics_sample(struct source *s, uint32_t most, struct statistics *out,
                       bool (*progress)(void *context, double done), void *context, struct error *e)
{
    struct pass p = { .source = s, .progress = progress, .context = context };
    struct sums sums = { 0 };

    source_describe(s, &p.info);
    size_t size = dataset_image_bytes(&p.info);
    p.block = (uint32_t)size_clamp(BLOCK_BYTES / size, 1, BLOCK_IMAGES);
    p.images = uint32_min(p.info.count[SPLIT_TRAIN], most);
    p.run = 1;
    if (p.images < p.info.count[SPLIT_TRAIN]) {
        p.run = p.info.in_memory ? 1 : uint32_max(uint32_min(p.info.chunk, most / RUNS_LEAST), 1);
        p.images = p.images / p.run * p.run;
    }
    p.pixels = memory_new(p.block, size, e);
    bool measured = p.pixels && measure(&p, &sums, e);
    free(p.pixels);
    if (measured)
        finish(&sums, (double)p.images * p.info.height * p.info.width, p.info.channels, out);
    return measured;
}

bool statistics_measure(struct source *s, struct statistics *out, bool (*progress)(void *context, double done),
                        void *context, struct error *e)
{
    struct dataset_info info;

    source_describe(s, &info);
    return statistics_sample(s, info.in_memory && !info.made ? UINT32_MAX : SAMPLE, out, progress, context, e);
}
