/* What NumPy saves (numpy_split.h). An .npz is a zip archive, where going back means starting over: images are read in
 * ascending order. */
#include "data/sources/source.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/sources/index_order.h"
#include "data/sources/numpy_split.h"

struct numpy_source {
    struct source base;
    char path[PATH_SIZE];
    char name[64];
    int classes;
    struct numpy_split split[SPLIT_COUNT];
    struct index_order order;
};

static bool accepts(const char *path)
{
    return path_is_file(path) ? source_suffix(&source_numpy, path) != NULL : numpy_split_in_folder(path);
}

static void numpy_close(struct source *source)
{
    struct numpy_source *s = (struct numpy_source *)source;

    for (int i = 0; i < SPLIT_COUNT; i++)
        numpy_split_close(&s->split[i]);
    index_order_free(&s->order);
    free(s);
}

static void numpy_describe(const struct source *source, struct dataset_info *info)
{
    const struct numpy_source *s = (const struct numpy_source *)source;
    const struct numpy_split *train = &s->split[SPLIT_TRAIN];

    *info = (struct dataset_info){
        .format = source_numpy.name,
        .count = { train->count, s->split[SPLIT_TEST].count },
        .height = train->height,
        .width = train->width,
        .channels = train->channels,
        .classes = s->classes,
        .stored = pixel_range_text(train->range),
    };
    text_copy(info->name, sizeof info->name, s->name);
}

static bool numpy_read(struct source *source, enum split which, const uint32_t *index, int n, uint8_t *images,
                       int32_t *labels, struct error *e)
{
    struct numpy_source *s = (struct numpy_source *)source;
    struct numpy_split *split = &s->split[which];
    const size_t size = (size_t)split->height * (size_t)split->width * (size_t)split->channels;

    if (!index_order_sort(&s->order, index, n, e))
        return false;
    for (int i = 0; i < n;) {
        int run = index_order_run(&s->order, index, i, n);
        uint32_t first = s->order.position[i];

        if (!numpy_split_read(split, index[first], (uint32_t)run, images + first * size, e))
            return false;
        i += run;
    }
    for (int i = 0; i < n; i++)
        labels[i] = split->labels[index[i]];
    return true;
}

static bool check_splits(struct numpy_source *s, struct error *e)
{
    const struct numpy_split *train = &s->split[SPLIT_TRAIN], *test = &s->split[SPLIT_TEST];

    for (int i = 0; i < SPLIT_COUNT; i++)
        for (uint32_t k = 0; k < s->split[i].count; k++)
            s->classes = int_max(s->classes, s->split[i].labels[k] + 1);
    if (!train->stored != !test->stored)
        return error_set(e, ERROR_INPUT, "%s: images in %s are floating-point numbers, but those in %s bytes", s->path,
                         train->stored ? train->name : test->name, train->stored ? test->name : train->name);
    return (train->height == test->height && train->width == test->width && train->channels == test->channels) ||
           error_set(e, ERROR_INPUT, "%s: images in %s are %d×%d×%d, but those in %s %d×%d×%d", s->path, train->name,
                     train->height, train->width, train->channels, test->name, test->height, test->width,
                     test->channels);
}

static bool open_splits(struct numpy_source *s, struct error *e)
{
    for (int i = 0; i < SPLIT_COUNT; i++)
        if (!numpy_split_open(&s->split[i], s->path, (enum split)i, e))
            return false;
    if (!check_splits(s, e) || !numpy_split_find_range(&s->split[SPLIT_TRAIN], e))
        return false;
    s->split[SPLIT_TEST].range = s->split[SPLIT_TRAIN].range;
    return true;
}

static struct source *numpy_open(const char *path, const struct source_wish *wish, struct error *e)
{
    (void)wish;
    static const struct source_ops ops = { .describe = numpy_describe, .read = numpy_read, .close = numpy_close };
    struct numpy_source *s = memory_new(1, sizeof *s, e);

    if (!s)
        return NULL;
    s->base.ops = &ops;
    source_name(s->name, sizeof s->name, path);
    if (text_copy(s->path, sizeof s->path, path) && open_splits(s, e))
        return &s->base;
    numpy_close(&s->base);
    return NULL;
}

static const char *const suffixes[] = { ".npz", NULL };

SOURCE_CLASS(numpy) = {
    .name = "numpy",
    .help = "an .npz file or a folder of .npy files with x_train, y_train, …",
    .suffixes = suffixes,
    .accepts = accepts,
    .open = numpy_open,
};
