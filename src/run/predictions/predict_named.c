#include "run/predictions/predict_named.h"

#include "base/limits.h"
#include "data/sources/encoded.h"
#include "data/sources/image_files.h"
#include "data/sources/source_memory.h"

bool predict_files(struct network *n, const char *const *paths, uint32_t count, const struct predict_setup *setup,
                   struct predict_result *out, struct source **files, struct error *e)
{
    const struct predict_setup all = { .subset = SUBSET_TEST, .progress = setup->progress, .context = setup->context };
    struct image_wanted wanted;

    *files = network_wants(n, &wanted, e) ? image_files_open(paths, count, &wanted, e) : NULL;
    if (*files && predict_images(n, *files, &all, out, e))
        return true;
    source_close(*files);
    *files = NULL;
    return false;
}

/* One after another: there are as many as somebody has typed. */
static bool read_numbers(struct source *from, const struct dataset_info *info, const struct predict_number *numbers,
                         uint32_t count, struct source *to, struct error *e)
{
    static const char *const splits[SPLIT_COUNT] = { [SPLIT_TRAIN] = "training", [SPLIT_TEST] = "test" };

    for (uint32_t i = 0; i < count; i++) {
        const struct predict_number *number = &numbers[i];
        const char *split = splits[number->split];

        if (number->index >= info->count[number->split])
            return error_set(e, ERROR_INPUT, "%s has no %s image %u: it has %u, from 0 on", info->name, split,
                             number->index, info->count[number->split]);
        if (!source_read(from, number->split, &number->index, 1,
                         source_memory_images(to, SPLIT_TEST) + i * dataset_image_bytes(info),
                         source_memory_labels(to, SPLIT_TEST) + i, e))
            return false;
        if (encoded_is_broken(from, number->split, number->index))
            return error_set(e, ERROR_INPUT, "%s image %u of %s cannot be read", split, number->index, info->name);
    }
    return true;
}

bool predict_numbers(struct network *n, const char *dataset, const struct predict_number *numbers, uint32_t count,
                     struct predict_result *out, struct error *e)
{
    const struct predict_setup all = { .subset = SUBSET_TEST };
    struct source *from = network_images(n, dataset, NULL, NULL, e), *picked = NULL;
    struct dataset_info info, few;

    if (from) {
        source_describe(from, &info);
        few = (struct dataset_info){ .count = { 0, count }, .height = info.height, .width = info.width,
                                     .channels = info.channels, .classes = info.classes, .in_memory = true };
        picked = source_memory_new(&few, e);
    }

    const bool good = picked && read_numbers(from, &info, numbers, count, picked, e) &&
                      predict_images(n, picked, &all, out, e);

    source_close(picked);
    source_close(from);
    return good;
}
