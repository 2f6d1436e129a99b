/* SVHN's cropped digits as their authors give them, train_32x32.mat and test_32x32.mat:
 *
 *     X (32, 32, 3, N) of bytes, the first index running fastest     y (N, 1): 1…9, and 10 for a zero
 *
 * The arrays are compressed, where going back means starting over: images are read in ascending order. */
#include "data/sources/source.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"
#include "data/sources/index_order.h"
#include "data/sources/mat_file.h"

enum { DIGITS = 10 };

static const char *const names[SPLIT_COUNT] = { "train_32x32.mat", "test_32x32.mat" };

struct svhn_split {
    char path[PATH_SIZE];
    FILE *images; /* after image `next` - 1 */
    uint32_t next, count;
    struct mat_array array;
    uint8_t *stored; /* an image as it is stored */
    int32_t *labels; /* [count] */
};

struct svhn_source {
    struct source base;
    char name[64];
    struct svhn_split split[SPLIT_COUNT];
    struct index_order order;
};

static bool accepts(const char *path)
{
    char train[PATH_SIZE];

    return path_file_in(train, path, names[SPLIT_TRAIN]);
}

static size_t image_bytes(const struct svhn_split *split)
{
    return (size_t)split->array.size[0] * split->array.size[1] * split->array.size[2];
}

static bool check_images(const struct mat_array *a, const char *path, struct error *e)
{
    if (!a->bytes || a->rank != 4)
        return error_set(e, ERROR_INPUT, "%s: X must be bytes, (height, width, channels, count)", path);
    if (a->size[0] < 1 || a->size[0] > SIDE_MAX || a->size[1] < 1 || a->size[1] > SIDE_MAX || a->size[2] < 1 ||
        a->size[2] > CHANNELS_MAX || a->size[3] < 1 || a->size[3] > INT32_MAX)
        return error_set(e, ERROR_INPUT, "%s: X is %u×%u×%u×%u; images must be (height, width, channels, count)", path,
                         a->size[0], a->size[1], a->size[2], a->size[3]);
    return source_can_hold(path, a->count, e);
}

/* From the first image on. */
static bool open_images(struct svhn_split *split, struct error *e)
{
    const bool again = split->images != NULL;
    struct mat_array array;

    if (again)
        fclose(split->images);
    split->next = 0;
    split->images = mat_file_open(split->path, "X", &array, e);
    if (!split->images || !check_images(&array, split->path, e))
        return false;
    for (int i = 0; again && i < array.rank; i++)
        if (array.size[i] != split->array.size[i])
            return error_set(e, ERROR_INPUT, "%s changed while it was read", split->path);
    split->array = array;
    split->count = array.size[3];
    return true;
}

static bool cut_short(const struct svhn_split *split, const char *name, FILE *in, struct error *e)
{
    return error_set(e, ERROR_INPUT, "%s: %s is %s", split->path, name, ferror(in) ? "damaged" : "cut short");
}

static bool read_labels(struct svhn_split *split, FILE *in, const struct mat_array *array, struct error *e)
{
    if (array->count != split->count)
        return error_set(e, ERROR_INPUT, "%s: X has %u images, but y has %llu labels", split->path, split->count,
                         (unsigned long long)array->count);
    split->labels = memory_new(split->count, sizeof *split->labels, e);
    if (!split->labels)
        return false;
    for (uint32_t i = 0; i < split->count; i++) {
        double label;

        if (!mat_file_number(in, array, &label))
            return cut_short(split, "y", in, e);
        if (!(label >= 0 && label <= DIGITS) || label != (int)label)
            return error_set(e, ERROR_INPUT, "%s: label %u in y is %g, which is no digit (10 means 0)", split->path, i,
                             label);
        split->labels[i] = (int32_t)label % DIGITS;
    }
    return true;
}

static bool open_split(struct svhn_split *split, const char *folder, const char *name, struct error *e)
{
    struct mat_array array;

    if (!path_join(split->path, folder, name, e) || !open_images(split, e))
        return false;
    split->stored = memory_new(1, image_bytes(split), e);
    FILE *in = split->stored ? mat_file_open(split->path, "y", &array, e) : NULL;
    bool good = in && read_labels(split, in, &array, e);

    if (in)
        fclose(in);
    return good;
}

static void svhn_close(struct source *source)
{
    struct svhn_source *s = (struct svhn_source *)source;

    for (int i = 0; i < SPLIT_COUNT; i++) {
        if (s->split[i].images)
            fclose(s->split[i].images);
        free(s->split[i].stored);
        free(s->split[i].labels);
    }
    index_order_free(&s->order);
    free(s);
}

static void svhn_describe(const struct source *source, struct dataset_info *info)
{
    const struct svhn_source *s = (const struct svhn_source *)source;
    const struct svhn_split *train = &s->split[SPLIT_TRAIN];

    *info = (struct dataset_info){
        .format = source_svhn.name,
        .count = { train->count, s->split[SPLIT_TEST].count },
        .height = (int)train->array.size[0],
        .width = (int)train->array.size[1],
        .channels = (int)train->array.size[2],
        .classes = DIGITS,
    };
    text_copy(info->name, sizeof info->name, s->name);
}

static bool read_next(struct svhn_split *split, struct error *e)
{
    split->next++;
    return fread(split->stored, 1, image_bytes(split), split->images) == image_bytes(split) ||
           cut_short(split, "X", split->images, e);
}

/* [channel][column][row] becomes [row][column][channel]. */
static void turn(const struct svhn_split *split, uint8_t *to)
{
    const size_t height = split->array.size[0], width = split->array.size[1], channels = split->array.size[2];

    for (size_t y = 0; y < height; y++)
        for (size_t x = 0; x < width; x++)
            for (size_t c = 0; c < channels; c++)
                *to++ = split->stored[(c * width + x) * height + y];
}

/* The stored image `index`, which may be the one that was read last. */
static bool go_to(struct svhn_split *split, uint32_t index, struct error *e)
{
    if (index + 1 < split->next && !open_images(split, e))
        return false;
    while (split->next <= index)
        if (!read_next(split, e))
            return false;
    return true;
}

static bool svhn_read(struct source *source, enum split which, const uint32_t *index, int n, uint8_t *images,
                      int32_t *labels, struct error *e)
{
    struct svhn_source *s = (struct svhn_source *)source;
    struct svhn_split *split = &s->split[which];

    if (!index_order_sort(&s->order, index, n, e))
        return false;
    for (int i = 0; i < n; i++) {
        const uint32_t position = s->order.position[i];

        if (!go_to(split, index[position], e))
            return false;
        turn(split, images + position * image_bytes(split));
        labels[position] = split->labels[index[position]];
    }
    return true;
}

static bool open_splits(struct svhn_source *s, const char *path, struct error *e)
{
    const struct mat_array *train = &s->split[SPLIT_TRAIN].array, *test = &s->split[SPLIT_TEST].array;

    for (int i = 0; i < SPLIT_COUNT; i++)
        if (!open_split(&s->split[i], path, names[i], e))
            return false;
    return (train->size[0] == test->size[0] && train->size[1] == test->size[1] && train->size[2] == test->size[2]) ||
           error_set(e, ERROR_INPUT, "%s: images in %s and %s are not of one size", path, names[SPLIT_TRAIN],
                     names[SPLIT_TEST]);
}

static struct source *svhn_open(const char *path, const struct source_wish *wish, struct error *e)
{
    static const struct source_ops ops = { .describe = svhn_describe, .read = svhn_read, .close = svhn_close };
    struct svhn_source *s = memory_new(1, sizeof *s, e);

    (void)wish;
    if (!s)
        return NULL;
    s->base.ops = &ops;
    source_name(s->name, sizeof s->name, path);
    if (open_splits(s, path, e))
        return &s->base;
    svhn_close(&s->base);
    return NULL;
}

SOURCE_CLASS(svhn) = {
    .name = "svhn",
    .help = "a folder with SVHN's train_32x32.mat and test_32x32.mat",
    .accepts = accepts,
    .open = svhn_open,
};
