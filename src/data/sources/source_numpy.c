/* What NumPy saves: an .npz file, as Keras keeps MNIST, or a folder of .npy files.
 *
 *     x_train [N][H][W] or [N][H][W][C] uint8     y_train [N] or [N][1], whole numbers
 *     x_test, y_test                              or the other names below
 *
 * An .npz is a zip archive, where going back means starting over: images are read in ascending order. */
#include "data/sources/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/sources/index_order.h"
#include "data/sources/npy.h"
#include "data/sources/packed_file.h"

enum { NAME_SIZE = PATH_SIZE + 64 };

struct numpy_split {
    FILE *images; /* after image `next` - 1 */
    uint32_t next;
    const char *name; /* of the images: "x_train" */
    int32_t *labels;  /* [count] */
    uint32_t count;
    int height, width, channels;
};

struct numpy_source {
    struct source base;
    char path[PATH_SIZE];
    char name[64];
    int classes;
    struct numpy_split split[SPLIT_COUNT];
    struct index_order order;
};

/* Keras's lessons, and MedMNIST's. The first that is there is used. */
static const struct {
    enum split split;
    const char *images, *labels;
} names[] = {
    { SPLIT_TRAIN, "x_train", "y_train" },      { SPLIT_TRAIN, "train_images", "train_labels" },
    { SPLIT_TEST, "x_test", "y_test" },         { SPLIT_TEST, "x_valid", "y_valid" },
    { SPLIT_TEST, "x_val", "y_val" },           { SPLIT_TEST, "test_images", "test_labels" },
    { SPLIT_TEST, "val_images", "val_labels" },
};

enum { NAMES = sizeof names / sizeof *names };

static bool in_folder(char path[PATH_SIZE], const char *folder, const char *name)
{
    struct error ignored;
    char file[64];

    snprintf(file, sizeof file, "%s.npy", name);
    return path_join(path, folder, file, &ignored) && path_is_file(path);
}

static bool accepts(const char *path)
{
    char found[PATH_SIZE];

    if (path_is_file(path))
        return source_suffix(&source_numpy, path) != NULL;
    for (int i = 0; i < NAMES; i++)
        if (in_folder(found, path, names[i].images))
            return true;
    return false;
}

/* The array, at its beginning. NULL with an error, or with ERROR_NONE when there is none of this name. */
static FILE *open_array(const struct numpy_source *s, const char *name, struct error *e)
{
    char path[PATH_SIZE], file[64];

    e->kind = ERROR_NONE;
    if (!path_is_folder(s->path)) {
        snprintf(file, sizeof file, "%s.npy", name);
        return packed_file_open(s->path, file, e);
    }
    FILE *array = in_folder(path, s->path, name) ? fopen(path, "re") : NULL;

    if (!array && path_is_file(path))
        error_set_errno(e, "cannot read %s", path);
    return array;
}

/* "mnist.npz: x_train", for errors */
static const char *full_name(const struct numpy_source *s, const char *name, char to[NAME_SIZE])
{
    snprintf(to, NAME_SIZE, "%s: %s", s->path, name);
    return to;
}

static bool cut_short(const struct numpy_source *s, const char *name, FILE *array, struct error *e)
{
    return error_set(e, ERROR_INPUT, "%s: %s is %s", s->path, name, ferror(array) ? "damaged" : "cut short");
}

/* An archive's checksum is compared at the end of an array. */
static bool is_sound(FILE *array)
{
    return getc(array) != EOF || !ferror(array);
}

static bool check_images(const struct numpy_source *s, const struct npy *array, struct numpy_split *out,
                         struct error *e)
{
    uint64_t channels = array->rank == 4 ? array->size[3] : 1;
    char text[128];

    if (array->kind != 'u' || array->bytes != 1)
        return error_set(e, ERROR_INPUT, "%s: %s is %s; images must be uint8, 0 to 255", s->path, out->name,
                         npy_format(array, text, sizeof text));
    if (array->rank < 3 || channels < 1 || channels > CHANNELS_MAX || array->size[1] < 1 || array->size[2] < 1 ||
        array->size[1] > SIDE_MAX || array->size[2] > SIDE_MAX)
        return error_set(e, ERROR_INPUT,
                         "%s: %s is %s; images must be (count, height, width) or (count, height, width, channels) with "
                         "1 to %d channels",
                         s->path, out->name, npy_format(array, text, sizeof text), CHANNELS_MAX);
    if (array->size[0] < 1 || array->size[0] > INT32_MAX)
        return error_set(e, ERROR_INPUT, "%s: %s has %llu images", s->path, out->name,
                         (unsigned long long)array->size[0]);
    out->count = (uint32_t)array->size[0];
    out->height = (int)array->size[1];
    out->width = (int)array->size[2];
    out->channels = (int)channels;
    return true;
}

static size_t image_bytes(const struct numpy_split *split)
{
    return (size_t)split->height * (size_t)split->width * (size_t)split->channels;
}

/* The size of a plain file shows whether it is whole. */
static bool check_size(const struct numpy_source *s, const struct numpy_split *split, struct error *e)
{
    uint64_t bytes = (uint64_t)split->count * image_bytes(split);
    off_t header = path_is_folder(s->path) ? ftello(split->images) : -1;
    struct stat status;

    if (header < 0)
        return source_can_hold(s->path, bytes, e);
    if (fstat(fileno(split->images), &status) != 0)
        return error_set_errno(e, "cannot read %s: %s", s->path, split->name);
    uint64_t there = (uint64_t)(status.st_size - header);
    return there >= bytes ||
           error_set(e, ERROR_INPUT, "%s: %s is cut short: it announces %u images, and holds %llu", s->path,
                     split->name, split->count, (unsigned long long)(there / image_bytes(split)));
}

/* From the first image on. */
static bool open_images(const struct numpy_source *s, struct numpy_split *split, struct error *e)
{
    char text[NAME_SIZE];
    struct npy array;

    if (split->images)
        fclose(split->images);
    split->next = 0;
    split->images = open_array(s, split->name, e);
    if (!split->images)
        return e->kind != ERROR_NONE ? false : error_set(e, ERROR_INPUT, "%s has no %s", s->path, split->name);
    return npy_read_header(split->images, full_name(s, split->name, text), &array, e) &&
           check_images(s, &array, split, e) && check_size(s, split, e);
}

static bool check_labels(const struct numpy_source *s, const char *name, const struct npy *array,
                         const struct numpy_split *split, struct error *e)
{
    char text[128];

    if (array->kind != 'u' && array->kind != 'i')
        return error_set(e, ERROR_INPUT, "%s: %s is %s; labels are class numbers from 0", s->path, name,
                         npy_format(array, text, sizeof text));
    if (array->rank != 1 && !(array->rank == 2 && array->size[1] == 1))
        return error_set(e, ERROR_INPUT, "%s: %s is %s; labels are one class number an image, not one-hot", s->path,
                         name, npy_format(array, text, sizeof text));
    if (array->size[0] != split->count)
        return error_set(e, ERROR_INPUT, "%s: %s has %u images, but %s has %llu labels", s->path, split->name,
                         split->count, name, (unsigned long long)array->size[0]);
    return true;
}

static bool read_labels(const struct numpy_source *s, const char *name, FILE *in, struct numpy_split *split,
                        struct error *e)
{
    char text[NAME_SIZE];
    struct npy array;

    if (!npy_read_header(in, full_name(s, name, text), &array, e) || !check_labels(s, name, &array, split, e))
        return false;
    split->labels = memory_new(split->count, sizeof *split->labels, e);
    if (!split->labels)
        return false;
    for (uint32_t i = 0; i < split->count; i++) {
        int64_t label;

        if (!npy_read_integers(in, &array, 1, &label))
            return cut_short(s, name, in, e);
        if (label < 0 || label >= CLASSES_MAX)
            return error_set(e, ERROR_INPUT, "%s: label %u in %s is %lld, which is not in 0…%d", s->path, i, name,
                             (long long)label, CLASSES_MAX - 1);
        split->labels[i] = (int32_t)label;
    }
    return is_sound(in) || cut_short(s, name, in, e);
}

static bool open_labels(const struct numpy_source *s, const char *name, struct numpy_split *split, struct error *e)
{
    FILE *in = open_array(s, name, e);

    if (!in)
        return e->kind != ERROR_NONE ? false
                                     : error_set(e, ERROR_INPUT, "%s has %s, but no %s", s->path, split->name, name);
    bool read = read_labels(s, name, in, split, e);

    fclose(in);
    return read;
}

/* The row of `names` for the split that is there; NAMES: none is, or an error. */
static int find_names(const struct numpy_source *s, enum split split, struct error *e)
{
    for (int i = 0; i < NAMES; i++) {
        FILE *array = names[i].split == split ? open_array(s, names[i].images, e) : NULL;

        if (array) {
            fclose(array);
            return i;
        }
        if (names[i].split == split && e->kind != ERROR_NONE)
            return NAMES;
    }
    error_set(
        e, ERROR_INPUT,
        "%s has no %s; cuvette reads arrays x_train, y_train and x_test, y_test (or train_images, train_labels …)",
        s->path, split == SPLIT_TRAIN ? "x_train" : "x_test");
    return NAMES;
}

static bool open_split(struct numpy_source *s, enum split which, struct error *e)
{
    struct numpy_split *split = &s->split[which];
    int row = find_names(s, which, e);

    if (row == NAMES)
        return false;
    split->name = names[row].images;
    return open_images(s, split, e) && open_labels(s, names[row].labels, split, e);
}

static void numpy_close(struct source *source)
{
    struct numpy_source *s = (struct numpy_source *)source;

    for (int i = 0; i < SPLIT_COUNT; i++) {
        if (s->split[i].images)
            fclose(s->split[i].images);
        free(s->split[i].labels);
    }
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
    };
    text_copy(info->name, sizeof info->name, s->name);
}

static bool read_images(const struct numpy_source *s, struct numpy_split *split, uint32_t count, uint8_t *to,
                        struct error *e)
{
    const size_t bytes = count * image_bytes(split);

    split->next += count;
    return (fread(to, 1, bytes, split->images) == bytes && (split->next < split->count || is_sound(split->images))) ||
           cut_short(s, split->name, split->images, e);
}

/* To image `index`: forward by reading on into `scratch`, an image; backward by beginning again. */
static bool go_to(const struct numpy_source *s, struct numpy_split *split, uint32_t index, uint8_t *scratch,
                  struct error *e)
{
    if (index < split->next && !open_images(s, split, e))
        return false;
    while (split->next < index)
        if (!read_images(s, split, 1, scratch, e))
            return false;
    return true;
}

static bool numpy_read(struct source *source, enum split which, const uint32_t *index, int n, uint8_t *images,
                       int32_t *labels, struct error *e)
{
    struct numpy_source *s = (struct numpy_source *)source;
    struct numpy_split *split = &s->split[which];
    const size_t size = image_bytes(split);

    if (!index_order_sort(&s->order, index, n, e))
        return false;
    for (int i = 0; i < n;) {
        int run = index_order_run(&s->order, index, i, n);
        uint32_t first = s->order.position[i];

        if (!go_to(s, split, index[first], images + first * size, e) ||
            !read_images(s, split, (uint32_t)run, images + first * size, e))
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
    return (train->height == test->height && train->width == test->width && train->channels == test->channels) ||
           error_set(e, ERROR_INPUT, "%s: images in %s are %d×%d×%d, but those in %s %d×%d×%d", s->path, train->name,
                     train->height, train->width, train->channels, test->name, test->height, test->width,
                     test->channels);
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
    if (text_copy(s->path, sizeof s->path, path) && open_split(s, SPLIT_TRAIN, e) && open_split(s, SPLIT_TEST, e) &&
        check_splits(s, e))
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
