#include "data/sources/numpy_split.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/sources/packed_file.h"

enum { NAME_SIZE = PATH_SIZE + 64, LOOK_IMAGES = 64 };

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
    char file[64];

    snprintf(file, sizeof file, "%s.npy", name);
    return path_file_in(path, folder, file);
}

/* The array, at its beginning. NULL with an error, or with ERROR_NONE when there is none of this name. */
static FILE *open_array(const char *path, const char *name, struct error *e)
{
    char inside[PATH_SIZE], file[64];

    e->kind = ERROR_NONE;
    if (!path_is_folder(path)) {
        snprintf(file, sizeof file, "%s.npy", name);
        return packed_file_open(path, file, e);
    }
    FILE *array = in_folder(inside, path, name) ? file_open_stream(inside) : NULL;

    if (!array && path_is_file(inside))
        error_set_errno(e, "cannot read %s", inside);
    return array;
}

/* "mnist.npz: x_train", for errors */
static const char *full_name(const char *path, const char *name, char to[NAME_SIZE])
{
    snprintf(to, NAME_SIZE, "%s: %s", path, name);
    return to;
}

static bool cut_short(const char *path, const char *name, FILE *array, struct error *e)
{
    return error_set(e, ERROR_INPUT, "%s: %s is %s", path, name, ferror(array) ? "damaged" : "cut short");
}

/* An archive's checksum is compared at the end of an array. */
static bool is_sound(FILE *array)
{
    return getc(array) != EOF || !ferror(array);
}

static bool check_images(struct numpy_split *out, struct error *e)
{
    const struct npy *array = &out->array;
    uint64_t channels = array->rank == 4 ? array->size[3] : 1;
    char text[128];

    if (!(array->kind == 'u' && array->bytes == 1) && !(array->kind == 'f' && array->bytes % 2 == 0))
        return error_set(e, ERROR_INPUT, "%s: %s is %s; images must be uint8, 0 to 255, or floating-point numbers",
                         out->path, out->name, npy_format(array, text, sizeof text));
    if (array->rank < 3 || channels < 1 || channels > CHANNELS_MAX || array->size[1] < 1 || array->size[2] < 1 ||
        array->size[1] > SIDE_MAX || array->size[2] > SIDE_MAX)
        return error_set(e, ERROR_INPUT,
                         "%s: %s is %s; images must be (count, height, width) or (count, height, width, channels) with "
                         "1 to %d channels",
                         out->path, out->name, npy_format(array, text, sizeof text), CHANNELS_MAX);
    if (array->size[0] < 1 || array->size[0] > INT32_MAX)
        return error_set(e, ERROR_INPUT, "%s: %s has %llu images", out->path, out->name,
                         (unsigned long long)array->size[0]);
    out->count = (uint32_t)array->size[0];
    out->height = (int)array->size[1];
    out->width = (int)array->size[2];
    out->channels = (int)channels;
    return true;
}

static size_t image_pixels(const struct numpy_split *split)
{
    return (size_t)split->height * (size_t)split->width * (size_t)split->channels;
}

/* As it is stored. */
static size_t image_bytes(const struct numpy_split *split)
{
    return image_pixels(split) * (size_t)split->array.bytes;
}

/* The size of a plain file shows whether it is whole. */
static bool check_size(const struct numpy_split *split, struct error *e)
{
    uint64_t bytes = (uint64_t)split->count * image_bytes(split);
    off_t header = path_is_folder(split->path) ? ftello(split->images) : -1;
    struct stat status;

    if (header < 0)
        return source_can_hold(split->path, bytes, e);
    if (fstat(fileno(split->images), &status) != 0)
        return error_set_errno(e, "cannot read %s: %s", split->path, split->name);
    uint64_t there = (uint64_t)(status.st_size - header);
    return there >= bytes ||
           error_set(e, ERROR_INPUT, "%s: %s is cut short: it announces %u images, and holds %llu", split->path,
                     split->name, split->count, (unsigned long long)(there / image_bytes(split)));
}

/* From the first image on. */
static bool open_images(struct numpy_split *split, struct error *e)
{
    const struct npy before = split->array;
    const bool again = split->images != NULL;
    char text[NAME_SIZE];

    if (again)
        fclose(split->images);
    split->next = 0;
    split->images = open_array(split->path, split->name, e);
    if (!split->images)
        return e->kind != ERROR_NONE ? false : error_set(e, ERROR_INPUT, "%s has no %s", split->path, split->name);
    if (!npy_read_header(split->images, full_name(split->path, split->name, text), &split->array, e) ||
        !check_images(split, e) || !check_size(split, e))
        return false;
    return !again || memcmp(&before, &split->array, sizeof before) == 0 ||
           error_set(e, ERROR_INPUT, "%s: %s changed while it was read", split->path, split->name);
}

static bool check_labels(const struct numpy_split *split, const char *name, const struct npy *array, struct error *e)
{
    char text[128];

    if (array->kind != 'u' && array->kind != 'i')
        return error_set(e, ERROR_INPUT, "%s: %s is %s; labels are class numbers from 0", split->path, name,
                         npy_format(array, text, sizeof text));
    if (array->rank != 1 && !(array->rank == 2 && array->size[1] == 1))
        return error_set(e, ERROR_INPUT, "%s: %s is %s; labels are one class number an image, not one-hot", split->path,
                         name, npy_format(array, text, sizeof text));
    if (array->size[0] != split->count)
        return error_set(e, ERROR_INPUT, "%s: %s has %u images, but %s has %llu labels", split->path, split->name,
                         split->count, name, (unsigned long long)array->size[0]);
    return true;
}

static bool read_labels(struct numpy_split *split, const char *name, FILE *in, struct error *e)
{
    char text[NAME_SIZE];
    struct npy array;

    if (!npy_read_header(in, full_name(split->path, name, text), &array, e) || !check_labels(split, name, &array, e))
        return false;
    split->labels = memory_new(split->count, sizeof *split->labels, e);
    if (!split->labels)
        return false;
    for (uint32_t i = 0; i < split->count; i++) {
        int64_t label;

        if (!npy_read_integers(in, &array, 1, &label))
            return cut_short(split->path, name, in, e);
        if (label < 0 || label >= CLASSES_MAX)
            return error_set(e, ERROR_INPUT, "%s: label %u in %s is %lld, which is not in 0…%d", split->path, i, name,
                             (long long)label, CLASSES_MAX - 1);
        split->labels[i] = (int32_t)label;
    }
    return is_sound(in) || cut_short(split->path, name, in, e);
}

static bool open_labels(struct numpy_split *split, const char *name, struct error *e)
{
    FILE *in = open_array(split->path, name, e);

    if (!in)
        return e->kind != ERROR_NONE
                   ? false
                   : error_set(e, ERROR_INPUT, "%s has %s, but no %s", split->path, split->name, name);
    bool read = read_labels(split, name, in, e);

    fclose(in);
    return read;
}

/* The row of `names` for the split that is there; NAMES: none is, or an error. */
static int find_names(const char *path, enum split split, struct error *e)
{
    for (int i = 0; i < NAMES; i++) {
        FILE *array = names[i].split == split ? open_array(path, names[i].images, e) : NULL;

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
        path, split == SPLIT_TRAIN ? "x_train" : "x_test");
    return NAMES;
}

/* Room for an image as it is stored, where that is not how it is read. */
static bool make_room(struct numpy_split *split, struct error *e)
{
    if (split->array.kind == 'u')
        return true;
    split->stored = memory_new(1, image_bytes(split), e);
    split->values = memory_new(image_pixels(split), sizeof *split->values, e);
    return split->stored && split->values;
}

bool numpy_split_open(struct numpy_split *split, const char *path, enum split which, struct error *e)
{
    int row = find_names(path, which, e);

    *split = (struct numpy_split){ .path = path };
    if (row == NAMES)
        return false;
    split->name = names[row].images;
    return open_images(split, e) && open_labels(split, names[row].labels, e) && make_room(split, e);
}

void numpy_split_close(struct numpy_split *split)
{
    if (split->images)
        fclose(split->images);
    free(split->labels);
    free(split->stored);
    free(split->values);
    *split = (struct numpy_split){ .path = NULL };
}

static bool read_bytes(struct numpy_split *split, uint32_t count, uint8_t *to, struct error *e)
{
    const size_t bytes = count * image_bytes(split);

    split->next += count;
    return (fread(to, 1, bytes, split->images) == bytes && (split->next < split->count || is_sound(split->images))) ||
           cut_short(split->path, split->name, split->images, e);
}

static bool read_values(struct numpy_split *split, struct error *e)
{
    if (!read_bytes(split, 1, split->stored, e))
        return false;
    npy_floats(&split->array, split->stored, image_pixels(split), split->values);
    return true;
}

static bool read_images(struct numpy_split *split, uint32_t count, uint8_t *to, struct error *e)
{
    const size_t pixels = image_pixels(split);

    if (!split->stored)
        return read_bytes(split, count, to, e);
    for (uint32_t i = 0; i < count; i++) {
        if (!read_values(split, e))
            return false;
        if (!pixel_range_bytes(split->range, split->values, pixels, to + i * pixels, e))
            return error_context(e, "%s: image %u of %s", split->path, split->next - 1, split->name);
    }
    return true;
}

bool numpy_split_find_range(struct numpy_split *split, struct error *e)
{
    struct pixel_extent extent = pixel_extent_none;

    if (!split->stored)
        return true;
    for (uint32_t i = 0; i < uint32_min(split->count, LOOK_IMAGES); i++) {
        if (!read_values(split, e))
            return false;
        pixel_extent_add(&extent, split->values, image_pixels(split));
    }
    return pixel_range_find(&extent, &split->range, e) || error_context(e, "%s: %s", split->path, split->name);
}

bool numpy_split_read(struct numpy_split *split, uint32_t index, uint32_t count, uint8_t *to, struct error *e)
{
    if (index < split->next && !open_images(split, e))
        return false;
    while (split->next < index)
        if (!read_images(split, 1, to, e))
            return false;
    return read_images(split, count, to, e);
}

bool numpy_split_in_folder(const char *folder)
{
    char found[PATH_SIZE];

    for (int i = 0; i < NAMES; i++)
        if (in_folder(found, folder, names[i].images))
            return true;
    return false;
}
