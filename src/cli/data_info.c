#include "cli/data_info.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/class_table.h"
#include "cli/json_out.h"
#include "data/statistics.h"

enum {
    BLOCK = 256,
    BLOCK_BYTES = 4 << 20
}; /* images read at once, at most; of large images as many as fit, at least
      one */

struct findings {
    struct dataset_info info;
    uint32_t *of_class[SPLIT_COUNT]; /* [classes] images */
    uint32_t block;                  /* images to read at once */
    struct statistics statistics;
};

static const char *const split_names[SPLIT_COUNT] = { "train", "test" };

static bool count_split(struct source *s, struct findings *f, enum split split, uint8_t *images, struct error *e)
{
    uint32_t index[BLOCK];
    int32_t labels[BLOCK];

    for (uint32_t done = 0; done < f->info.count[split];) {
        uint32_t n = uint32_min(f->block, f->info.count[split] - done);

        for (uint32_t i = 0; i < n; i++)
            index[i] = done + i;
        if (!source_read(s, split, index, (int)n, images, labels, e))
            return false;
        for (uint32_t i = 0; i < n; i++)
            f->of_class[split][labels[i]]++;
        done += n;
    }
    return true;
}

static bool count_classes(struct source *s, struct findings *f, struct error *e)
{
    size_t size = dataset_image_bytes(&f->info);

    f->block = (uint32_t)size_clamp(BLOCK_BYTES / size, 1, BLOCK);
    uint8_t *images = memory_new(f->block, size, e);
    bool counted = images != NULL;

    for (int split = 0; counted && split < SPLIT_COUNT; split++) {
        f->of_class[split] = memory_new((size_t)f->info.classes, sizeof *f->of_class[split], e);
        counted = f->of_class[split] && count_split(s, f, (enum split)split, images, e);
    }
    free(images);
    return counted;
}

static void print_text(const struct findings *f)
{
    const struct dataset_info *info = &f->info;
    char name[sizeof info->name];

    text_sanitise(name, sizeof name, info->name);
    printf("%s: %s, %dx%dx%d, %d classes\n", name, info->format, info->height, info->width, info->channels,
           info->classes);
    printf("%u training images, %u test images\n", info->count[SPLIT_TRAIN], info->count[SPLIT_TEST]);
    if (info->stored)
        printf("%s in the file, which become bytes\n", info->stored);
    if (info->unreadable > 0) {
        char first[sizeof info->first_unreadable];

        text_sanitise(first, sizeof first, info->first_unreadable);
        printf("%u cannot be read, the first is %s\n", info->unreadable, first);
    }
    for (int c = 0; c < info->channels; c++)
        printf("channel %d: mean %.4f, deviation %.4f\n", c, (double)f->statistics.mean[c],
               (double)f->statistics.deviation[c]);
    class_table_print(info, f->of_class);
}

static json_t *class_names_json(const struct dataset_info *info)
{
    char name[CLASS_NAME_SIZE];

    if (!info->class_names)
        return json_null();
    json_t *names = json_array();
    for (int class = 0; class < info->classes; class ++) {
        source_class_name(info, class, name, sizeof name);
        json_array_append_new(names, json_string(name));
    }
    return names;
}

static json_t *integers_json(const uint32_t *numbers, int count)
{
    json_t *array = json_array();

    for (int i = 0; i < count; i++)
        json_array_append_new(array, json_integer(numbers[i]));
    return array;
}

static json_t *reals_json(const float *numbers, int count)
{
    json_t *array = json_array();

    for (int i = 0; i < count; i++)
        json_array_append_new(array, json_real((double)numbers[i]));
    return array;
}

static bool print_json(const struct findings *f, struct error *e)
{
    const struct dataset_info *info = &f->info;
    json_t *images = json_object(), *of_class = json_object();

    for (int split = 0; split < SPLIT_COUNT; split++) {
        json_object_set_new(images, split_names[split], json_integer(info->count[split]));
        json_object_set_new(of_class, split_names[split], integers_json(f->of_class[split], info->classes));
    }
    json_t *all = json_pack("{s:o, s:s, s:s?, s:o, s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:o, s:o}", "name",
                            json_out_text(info->name), "format", info->format, "stored", info->stored, "images",
                            images, "unreadable", (int)info->unreadable, "height", info->height, "width", info->width,
                            "channels", info->channels, "classes", info->classes, "class_names", class_names_json(info),
                            "images_of_class", of_class, "mean", reals_json(f->statistics.mean, info->channels),
                            "deviation", reals_json(f->statistics.deviation, info->channels));

    return json_out_print(all, JSON_INDENT(2) | JSON_REAL_PRECISION(7), "what is known of the data set", e);
}

bool data_info_print(struct source *s, bool json, struct error *e)
{
    struct findings f = { 0 };

    source_describe(s, &f.info);
    bool fine = count_classes(s, &f, e) && statistics_measure(s, &f.statistics, NULL, NULL, e);

    source_describe(s, &f.info); /* what cannot be read is known by now */
    if (fine && json)
        fine = print_json(&f, e);
    else if (fine)
        print_text(&f);
    for (int split = 0; split < SPLIT_COUNT; split++)
        free(f.of_class[split]);
    return fine;
}
