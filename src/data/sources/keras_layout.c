#include "data/sources/keras_layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/hdf5.h"
#include "base/hdf5_foreign.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

enum { RANK_MAX = 4, LABEL_NAME_SIZE = 16 };

struct extent {
    int rank;
    hsize_t size[RANK_MAX];
};

/* The first that is in the file is used. Labels are named like their images, with y for x. */
static const struct {
    enum split split;
    const char *images;
} names[] = {
    { SPLIT_TRAIN, "x_train" },
    { SPLIT_TEST, "x_test" },
    { SPLIT_TEST, "x_valid" },
    { SPLIT_TEST, "x_val" },
};

static const char *find_images(hid_t file, enum split split)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].split == split && H5Lexists(file, names[i].images, H5P_DEFAULT) > 0)
            return names[i].images;
    return NULL;
}

/* Rank 0 means that the rank is too high. */
static bool get_extent(hid_t dataset, struct extent *out)
{
    hid_t space = H5Dget_space(dataset);
    int rank = H5Sget_simple_extent_ndims(space);
    bool known = rank >= 0;

    *out = (struct extent){ .rank = rank <= RANK_MAX ? rank : 0 };
    if (known && out->rank > 0)
        known = H5Sget_simple_extent_dims(space, out->size, NULL) == rank;
    if (space >= 0)
        H5Sclose(space);
    return known;
}

static const char *format_extent(const struct extent *extent, char *to, size_t size)
{
    text_copy(to, size, extent->rank ? "" : "of another rank");
    for (int i = 0; i < extent->rank; i++)
        text_append(to, size, "%s%llu", i ? "×" : "", (unsigned long long)extent->size[i]);
    return to;
}

static bool check_images_type(struct keras_images *out, const char *path, struct error *e)
{
    static const char *const kinds[] = { [H5T_INTEGER] = "whole numbers", [H5T_FLOAT] = "floating-point numbers" };
    const char *name = out->name;
    hid_t type = H5Dget_type(out->dataset);
    H5T_class_t class = H5Tget_class(type);
    size_t size = H5Tget_size(type);
    bool bytes = class == H5T_INTEGER && size == 1 && H5Tget_sign(type) == H5T_SGN_NONE;

    if (type >= 0)
        H5Tclose(type);
    out->element = size;
    out->are_numbers = class == H5T_FLOAT && size <= sizeof(double);
    if (bytes || out->are_numbers)
        return true;
    if (class == H5T_INTEGER || class == H5T_FLOAT)
        return error_set(e, ERROR_INPUT,
                         "%s: %s holds %zu-bit%s %s; images must be uint8, 0 to 255, or floating-point numbers",
                         path, name, 8 * size, size == 1 ? " signed" : "", kinds[class]);
    return error_set(e, ERROR_INPUT,
                     "%s: %s holds no numbers; images must be uint8, 0 to 255, or floating-point numbers", path,
                     name);
}

static bool check_images_extent(const struct extent *extent, const char *path, struct keras_images *out,
                                struct error *e)
{
    const hsize_t *size = extent->size;
    hsize_t channels = extent->rank == 4 ? size[3] : 1;
    char text[96];

    if (extent->rank < 3 || channels < 1 || channels > CHANNELS_MAX || size[1] < 1 || size[2] < 1 ||
        size[1] > SIDE_MAX || size[2] > SIDE_MAX)
        return error_set(e, ERROR_INPUT,
                         "%s: %s is %s; images must be (count, height, width) or (count, height, width, channels) with "
                         "1 to %d channels",
                         path, out->name, format_extent(extent, text, sizeof text), CHANNELS_MAX);
    if (size[0] < 1 || size[0] > INT32_MAX)
        return error_set(e, ERROR_INPUT, "%s: %s has %llu images", path, out->name, (unsigned long long)size[0]);
    out->rank = extent->rank;
    out->count = (uint32_t)size[0];
    out->height = (int)size[1];
    out->width = (int)size[2];
    out->channels = (int)channels;
    return true;
}

/* How images are read best, which `chunk` says: whole chunks, and a megabyte at least.
 *
 * A chunk may hold only a part of each image (with h5py's own choice it does). Then reading a few images needs a whole
 * row of chunks, and the next images need the same row again. Without a cache for a row, each chunk would be
 * decompressed many times. */
static hid_t cached_access(struct keras_images *images)
{
    const size_t least = 1 << 20, most = 256 << 20;
    hid_t creation = H5Dget_create_plist(images->dataset), access = H5Pcreate(H5P_DATASET_ACCESS);
    hsize_t chunk[RANK_MAX] = { 0 };
    size_t image = (size_t)images->height * (size_t)images->width * (size_t)images->channels * images->element;

    size_t rows = 1;

    if (H5Pget_layout(creation) == H5D_CHUNKED && H5Pget_chunk(creation, images->rank, chunk) == images->rank) {
        rows = size_clamp(chunk[0], 1, images->count);
        /* Chunks at the edges reach past the images, so the cache is twice as large. */
        H5Pset_chunk_cache(access, 12421, size_clamp(2 * rows * image, least, most), 1.0);
    }
    H5Pclose(creation);
    images->chunk = (uint32_t)size_min(rows * size_max(least / (rows * image), 1), images->count);
    return access;
}

static bool open_images(hid_t file, const char *path, struct keras_images *out, struct error *e)
{
    struct extent extent;

    out->dataset = hdf5_foreign_open(file, path, out->name, H5P_DEFAULT, e);
    if (out->dataset < 0)
        return false;
    if (!get_extent(out->dataset, &extent))
        return hdf5_error(e, ERROR_INPUT, "%s: the shape of %s cannot be read", path, out->name);
    if (!check_images_type(out, path, e) || !check_images_extent(&extent, path, out, e))
        return false;

    /* The cache's size is decided when a data set is opened. */
    hid_t access = cached_access(out);
    H5Dclose(out->dataset);
    out->dataset = hdf5_foreign_open(file, path, out->name, access, e);
    H5Pclose(access);
    return out->dataset >= 0;
}

bool keras_layout_images(hid_t file, const char *path, enum split split, struct keras_images *out, struct error *e)
{
    *out = (struct keras_images){ .dataset = H5I_INVALID_HID, .name = find_images(file, split) };
    if (!out->name)
        return error_set(e, ERROR_INPUT,
                         "%s has no %s; cuvette reads HDF5 files with x_train, y_train and x_test, y_test (or x_valid, "
                         "y_valid)",
                         path, split == SPLIT_TRAIN ? "x_train" : "x_test and no x_valid");
    if (open_images(file, path, out, e))
        return true;
    if (out->dataset >= 0)
        H5Dclose(out->dataset);
    out->dataset = H5I_INVALID_HID;
    return false;
}

static bool check_labels(hid_t dataset, const char *path, const char *name, const struct keras_images *images,
                         struct error *e)
{
    struct extent extent;
    char text[96];
    hid_t type = H5Dget_type(dataset);
    bool whole = H5Tget_class(type) == H5T_INTEGER;

    if (type >= 0)
        H5Tclose(type);
    if (!get_extent(dataset, &extent))
        return hdf5_error(e, ERROR_INPUT, "%s: the shape of %s cannot be read", path, name);
    if (!whole)
        return error_set(e, ERROR_INPUT, "%s: %s holds no whole numbers; labels are class numbers from 0", path, name);
    if (extent.rank != 1 && !(extent.rank == 2 && extent.size[1] == 1))
        return error_set(e, ERROR_INPUT, "%s: %s is %s; labels are one class number an image, not one-hot", path, name,
                         format_extent(&extent, text, sizeof text));
    if (extent.size[0] != images->count)
        return error_set(e, ERROR_INPUT, "%s: %s has %u images, but %s has %llu labels", path, images->name,
                         images->count, name, (unsigned long long)extent.size[0]);
    return true;
}

static bool convert_labels(const int64_t *wide, int32_t *labels, uint32_t count, const char *path, const char *name,
                           int classes, struct error *e)
{
    for (uint32_t i = 0; i < count; i++) {
        if (wide[i] < 0 || wide[i] >= classes)
            return error_set(e, ERROR_INPUT, "%s: label %u in %s is %lld, which is not in 0…%d", path, i, name,
                             (long long)wide[i], classes - 1);
        labels[i] = (int32_t)wide[i];
    }
    return true;
}

static int32_t *read_labels(hid_t dataset, const char *path, const char *name, uint32_t count, int classes,
                            struct error *e)
{
    int64_t *wide = memory_new(count, sizeof *wide, e);
    int32_t *labels = wide ? memory_new(count, sizeof *labels, e) : NULL;
    bool read = labels != NULL;

    if (read && H5Dread(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, wide) < 0)
        read = hdf5_error(e, ERROR_INPUT, "%s: %s cannot be read, the file is damaged", path, name);
    if (read)
        read = convert_labels(wide, labels, count, path, name, classes, e);
    free(wide);
    if (read)
        return labels;
    free(labels);
    return NULL;
}

int32_t *keras_layout_labels(hid_t file, const char *path, const struct keras_images *images, int classes,
                             struct error *e)
{
    char name[LABEL_NAME_SIZE];
    int32_t *labels = NULL;

    text_copy(name, sizeof name, images->name);
    name[0] = 'y';
    if (H5Lexists(file, name, H5P_DEFAULT) <= 0) {
        error_set(e, ERROR_INPUT, "%s has %s, but no %s", path, images->name, name);
        return NULL;
    }
    hid_t dataset = hdf5_foreign_open(file, path, name, H5P_DEFAULT, e);
    if (dataset < 0)
        return NULL;
    if (check_labels(dataset, path, name, images, e))
        labels = read_labels(dataset, path, name, images->count, classes, e);
    H5Dclose(dataset);
    return labels;
}

/* HDF5 gives text of variable length as pointers that it has allocated. */
static bool read_variable_names(hid_t dataset, hid_t type, char (*to)[CLASS_NAME_SIZE], int count, struct error *e)
{
    char **texts = memory_new((size_t)count, sizeof *texts, e);
    hid_t space = H5Dget_space(dataset);
    bool read = texts && H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, texts) >= 0;

    for (int i = 0; read && i < count; i++)
        text_copy(to[i], CLASS_NAME_SIZE, texts[i] ? texts[i] : "");
    if (read)
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, texts);
    if (space >= 0)
        H5Sclose(space);
    free(texts);
    return read;
}

static bool read_names(hid_t dataset, char (*to)[CLASS_NAME_SIZE], int count, struct error *e)
{
    hid_t stored = H5Dget_type(dataset), type = H5Tcopy(H5T_C_S1);
    bool variable = H5Tis_variable_str(stored) > 0, read;

    /* HDF5 converts lengths and paddings of text, but not ASCII to UTF-8. */
    H5Tset_cset(type, H5Tget_cset(stored));
    H5Tset_size(type, variable ? H5T_VARIABLE : (size_t)CLASS_NAME_SIZE);
    if (variable)
        read = read_variable_names(dataset, type, to, count, e);
    else
        read = H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, to) >= 0;
    H5Tclose(type);
    H5Tclose(stored);
    return read;
}

static bool open_names(hid_t dataset, const char *path, char (**out)[CLASS_NAME_SIZE], int *count, struct error *e)
{
    struct extent extent;
    hid_t type = H5Dget_type(dataset);
    bool text = H5Tget_class(type) == H5T_STRING;

    if (type >= 0)
        H5Tclose(type);
    if (!text || !get_extent(dataset, &extent) || extent.rank != 1)
        return error_set(e, ERROR_INPUT, "%s: class_names is not a list of texts", path);
    if (extent.size[0] < 1 || extent.size[0] > CLASSES_MAX)
        return error_set(e, ERROR_INPUT, "%s: class_names has %llu names; 1 to %d are possible", path,
                         (unsigned long long)extent.size[0], CLASSES_MAX);
    *count = (int)extent.size[0];
    *out = memory_new((size_t)*count, sizeof **out, e);
    if (!*out)
        return false;
    return read_names(dataset, *out, *count, e) ||
           error_set(e, ERROR_INPUT, "%s: class_names cannot be read, the file is damaged", path);
}

bool keras_layout_class_names(hid_t file, const char *path, char (**out)[CLASS_NAME_SIZE], int *count, struct error *e)
{
    *out = NULL;
    *count = 0;
    if (H5Lexists(file, "class_names", H5P_DEFAULT) <= 0)
        return true;

    hid_t dataset = hdf5_foreign_open(file, path, "class_names", H5P_DEFAULT, e);
    if (dataset < 0)
        return false;
    bool read = open_names(dataset, path, out, count, e);
    H5Dclose(dataset);
    if (read)
        return true;
    free(*out);
    *out = NULL;
    return false;
}
