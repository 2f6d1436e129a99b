#include "run/augmented_images.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "cpu/cpu_backend.h"
#include "nn/recipe/augmentation.h"
#include "nn/recipe/compile.h"
#include "nn/train/executor.h"

struct augmenting {
    struct recipe recipe; /* with the images as its batch */
    struct shape image;
    struct batch batch;
    uint64_t step;
    struct plan *plan;
    value made;
    struct executor executor;
    float *numbers; /* [count][H][W][C] */
};

static size_t numbers_of(const struct augmenting *a)
{
    return (size_t)a->batch.count * shape_size(a->image);
}

/* Mean colours, and 1: zeros are the mean, and adding it gives the colours back. */
static void write_normalisation(struct augmenting *a, float *statistics)
{
    float *mean = statistics + a->plan->values[a->plan->normalisation].offset / sizeof *statistics;
    int channels = a->image.channels;
    size_t pixels = numbers_of(a) / (size_t)channels;

    for (int c = 0; c < channels; c++) {
        double sum = 0;

        for (size_t i = 0; i < pixels; i++)
            sum += a->batch.images[i * (size_t)channels + (size_t)c];
        mean[c] = (float)(sum / (double)pixels / 255);
        mean[channels + c] = 1;
    }
}

static bool prepare(struct augmenting *a, struct error *e)
{
    const struct device_choice one_thread = { .threads = 1 };

    a->plan = compile_augmentation(&a->recipe, a->image, &a->made, e);
    a->numbers = a->plan ? memory_new(numbers_of(a), sizeof *a->numbers, e) : NULL;
    return a->numbers && executor_open(&a->executor, &cpu_backend_class, &one_thread, a->plan, e);
}

static bool run(struct augmenting *a, const float *statistics, struct error *e)
{
    const struct plan *plan = a->plan;
    struct backend *b = a->executor.backend;
    const struct buffer *arenas = a->executor.arenas;
    struct step step = { .rows = a->batch.count,
                         .number = a->step,
                         .seed = (uint64_t)a->recipe.training.seed,
                         .epoch = (uint32_t)a->step };

    step.mix = augmentation_mix(&a->recipe.data, a->image, step.seed, step.number);
    b->ops->upload(b, arenas[ARENA_STATISTICS], 0, statistics, plan->arena_bytes[ARENA_STATISTICS]);
    executor_write_batch(&a->executor, &a->batch);
    b->ops->run(b, plan->spans[SPAN_FORWARD].first, plan->spans[SPAN_FORWARD].end, &step);
    b->ops->download(b, a->numbers, arenas[ARENA_ACTIVATIONS], plan_place(plan, a->made)->offset,
                     numbers_of(a) * sizeof *a->numbers);
    return b->ops->wait(b, e);
}

static void write_bytes(const struct augmenting *a, const float *statistics, uint8_t *out)
{
    const float *mean = statistics + a->plan->values[a->plan->normalisation].offset / sizeof *statistics;
    size_t channels = (size_t)a->image.channels;

    for (size_t i = 0; i < numbers_of(a); i++) {
        float colour = (a->numbers[i] + mean[i % channels]) * 255 + 0.5f;

        out[i] = (uint8_t)(colour < 0 ? 0 : colour > 255 ? 255 : colour);
    }
}

static bool augment(struct augmenting *a, uint8_t *out, struct error *e)
{
    float *statistics = prepare(a, e) ? memory_new(1, a->plan->arena_bytes[ARENA_STATISTICS], e) : NULL;
    bool good = false;

    if (statistics) {
        write_normalisation(a, statistics);
        good = run(a, statistics, e);
    }
    if (good)
        write_bytes(a, statistics, out);
    free(statistics);
    return good;
}

bool augmented_images(const struct recipe *recipe, struct shape image, const uint8_t *images, int count, uint64_t step,
                      uint8_t *out, struct error *e)
{
    int32_t *labels = memory_new((size_t)count, sizeof *labels, e); /* which nothing here looks at */
    uint32_t *index = labels ? memory_new((size_t)count, sizeof *index, e) : NULL;
    struct augmenting a = { .recipe = *recipe,
                            .image = image,
                            .batch = { .images = images, .labels = labels, .index = index, .count = count },
                            .step = step };

    a.recipe.training.batch = count;
    for (int i = 0; index && i < count; i++)
        index[i] = (uint32_t)i;

    bool good = index && augment(&a, out, e);

    executor_close(&a.executor);
    plan_free(a.plan);
    free(a.numbers);
    free(labels);
    free(index);
    return good;
}

static bool change(const void *context, const struct dataset_info *info, uint8_t *images, int n, struct error *e)
{
    const struct augmented_preview *p = context;
    const size_t bytes = (size_t)n * dataset_image_bytes(info);
    uint8_t *out = memory_new(1, bytes, e);
    bool made = out && augmented_images(&p->recipe, shape_image(info->height, info->width, info->channels), images, n,
                                        p->step, out, e);

    if (made)
        memcpy(images, out, bytes);
    free(out);
    return made;
}

struct preview_change augmented_images_change(const struct augmented_preview *p)
{
    return (struct preview_change){ .crop = { (uint64_t)p->recipe.training.seed, (uint32_t)p->step },
                                    .change = change,
                                    .context = p };
}
