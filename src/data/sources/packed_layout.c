#include "data/sources/packed_layout.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hdf5.h"
#include "base/hdf5_foreign.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/sources/encoded.h"
#include "data/sources/keras_layout.h"

enum { NAME_MOST = 1024 };

static const struct {
    const char *labelled; /* as keras_layout_labels() wants it: the name of labels with x for y */
    const char *offsets, *lengths, *names;
} words[SPLIT_COUNT] = {
    { "x_train", "offsets_train", "lengths_train", "names_train" },
    { "x_test", "offsets_test", "lengths_test", "names_test" },
};

/* Where the images are in the file. */
struct stretch {
    uint64_t begin, size;
};

bool packed_layout_is(const char *path)
{
    char begin[sizeof PACKED_MAGIC - 1];
    int descriptor = path_is_file(path) ? open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
    bool is = descriptor >= 0 && read(descriptor, begin, sizeof begin) == (ssize_t)sizeof begin &&
              memcmp(begin, PACKED_MAGIC, sizeof begin) == 0;

    if (descriptor >= 0)
        close(descriptor);
    return is;
}

/* The length of a list; false when it is none. */
static bool get_length(hid_t dataset, hsize_t *length)
{
    hid_t space = H5Dget_space(dataset);
    bool known = H5Sget_simple_extent_ndims(space) == 1 && H5Sget_simple_extent_dims(space, length, NULL) == 1;

    if (space >= 0)
        H5Sclose(space);
    return known;
}

static bool has_type(hid_t dataset, H5T_class_t class, size_t size)
{
    hid_t type = H5Dget_type(dataset);
    bool has = H5Tget_class(type) == class && (size == 0 || H5Tget_size(type) == size);

    if (type >= 0)
        H5Tclose(type);
    return has;
}

static bool is_contiguous(hid_t dataset)
{
    hid_t creation = H5Dget_create_plist(dataset);
    bool is = H5Pget_layout(creation) == H5D_CONTIGUOUS;

    if (creation >= 0)
        H5Pclose(creation);
    return is;
}

static bool damaged(const char *path, const char *name, struct error *e)
{
    return error_set(e, ERROR_INPUT, "%s: %s is not as cuvette packs images, the file is damaged", path, name);
}

static bool find_images(hid_t file, const char *path, uint64_t size, struct stretch *out, struct error *e)
{
    hid_t dataset = hdf5_foreign_open(file, path, "images", H5P_DEFAULT, e);
    hsize_t length = 0;

    if (dataset < 0)
        return false;
    bool good = has_type(dataset, H5T_INTEGER, 1) && get_length(dataset, &length) && is_contiguous(dataset);
    haddr_t begin = good ? H5Dget_offset(dataset) : HADDR_UNDEF;

    H5Dclose(dataset);
    if (!good || begin == HADDR_UNDEF)
        return damaged(path, "images", e);
    if (begin > size || length > size - begin)
        return error_set(e, ERROR_INPUT, "%s is cut short: %llu bytes of images do not fit into it", path,
                         (unsigned long long)length);
    *out = (struct stretch){ begin, length };
    return true;
}

/* A list of whole numbers, of the same length as all others of the split. */
static uint64_t *read_numbers(hid_t file, const char *path, const char *name, uint32_t *count, struct error *e)
{
    hid_t dataset = hdf5_foreign_open(file, path, name, H5P_DEFAULT, e);
    uint64_t *numbers = NULL;
    hsize_t length;

    if (dataset < 0)
        return NULL;
    if (!has_type(dataset, H5T_INTEGER, 0) || !get_length(dataset, &length) || length > INT32_MAX ||
        (*count != UINT32_MAX && length != *count))
        damaged(path, name, e);
    else if ((numbers = memory_new(length, sizeof *numbers, e)) && length > 0 &&
             H5Dread(dataset, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers) < 0) {
        hdf5_error(e, ERROR_INPUT, "%s: %s cannot be read, the file is damaged", path, name);
        free(numbers);
        numbers = NULL;
    }
    H5Dclose(dataset);
    if (numbers)
        *count = (uint32_t)length;
    return numbers;
}

/* Each image is within the stretch; offsets become those in the file. */
static bool check_places(const struct stretch *images, const uint64_t *lengths, enum split split, const char *path,
                         struct packed_split *s, struct error *e)
{
    for (uint32_t i = 0; i < s->count; i++) {
        if (s->offsets[i] > images->size || lengths[i] > images->size - s->offsets[i])
            return error_set(e, ERROR_INPUT, "%s: image %u of %s is not in the file, which is damaged", path, i,
                             words[split].offsets);
        if (lengths[i] > ENCODED_BYTES_MOST)
            return error_set(e, ERROR_INPUT, "%s: image %u of %s has %.0f MB", path, i, words[split].offsets,
                             (double)lengths[i] / 1e6);
        s->offsets[i] += images->begin;
        s->lengths[i] = (uint32_t)lengths[i];
    }
    return true;
}

static bool read_split(hid_t file, const char *path, const struct stretch *images, enum split split, int classes,
                       struct packed_split *s, struct error *e)
{
    uint32_t count = UINT32_MAX;
    uint64_t *lengths = NULL;

    s->offsets = read_numbers(file, path, words[split].offsets, &count, e);
    if (!s->offsets || !(lengths = read_numbers(file, path, words[split].lengths, &count, e)))
        return false;
    s->count = count;
    s->lengths = memory_new(count, sizeof *s->lengths, e);
    bool good = s->lengths && check_places(images, lengths, split, path, s, e);

    free(lengths);
    if (!good || count == 0)
        return good;
    const struct keras_images as_keras = { .name = words[split].labelled, .count = count };

    s->labels = keras_layout_labels(file, path, &as_keras, classes, e);
    return s->labels != NULL;
}

bool packed_layout_read(hid_t file, const char *path, uint64_t size, struct packed_images *out, struct error *e)
{
    struct stretch images = { 0, 0 };

    *out = (struct packed_images){ .classes = 0 };
    if (!find_images(file, path, size, &images, e) ||
        !keras_layout_class_names(file, path, &out->class_names, &out->classes, e))
        return false;
    const int classes = out->classes > 0 ? out->classes : CLASSES_MAX;

    for (int i = 0; i < SPLIT_COUNT; i++)
        if (!read_split(file, path, &images, (enum split)i, classes, &out->splits[i], e))
            return false;
    for (int i = 0; out->class_names == NULL && i < SPLIT_COUNT; i++)
        for (uint32_t k = 0; k < out->splits[i].count; k++)
            if (out->splits[i].labels[k] >= out->classes)
                out->classes = out->splits[i].labels[k] + 1;
    return out->splits[SPLIT_TRAIN].count > 0 || error_set(e, ERROR_INPUT, "%s has no images to train with", path);
}

void packed_layout_free(struct packed_images *p)
{
    for (int i = 0; i < SPLIT_COUNT; i++) {
        free(p->splits[i].offsets);
        free(p->splits[i].lengths);
        free(p->splits[i].labels);
    }
    free(p->class_names);
    *p = (struct packed_images){ .classes = 0 };
}

static char *read_names(hid_t dataset, uint32_t count, size_t *size)
{
    struct error ignored;
    hid_t stored = H5Dget_type(dataset), type = H5Tcopy(H5T_C_S1);
    char *names = NULL;

    *size = H5Tget_size(stored) + 1;
    if (H5Tis_variable_str(stored) == 0 && *size <= NAME_MOST && (names = memory_new(count, *size, &ignored))) {
        H5Tset_cset(type, H5Tget_cset(stored));
        H5Tset_size(type, *size);
        if (H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, names) < 0) {
            free(names);
            names = NULL;
        }
    }
    for (uint32_t i = 0; names && i < count; i++)
        names[(i + 1) * *size - 1] = '\0';
    H5Tclose(type);
    H5Tclose(stored);
    return names;
}

char *packed_layout_names(hid_t file, const char *path, enum split split, uint32_t count, size_t *size)
{
    struct error ignored;
    hsize_t length = 0;

    if (H5Lexists(file, words[split].names, H5P_DEFAULT) <= 0)
        return NULL;
    hid_t dataset = hdf5_foreign_open(file, path, words[split].names, H5P_DEFAULT, &ignored);

    if (dataset < 0)
        return NULL;
    bool good = has_type(dataset, H5T_STRING, 0) && get_length(dataset, &length) && length == count;
    char *names = good ? read_names(dataset, count, size) : NULL;

    H5Dclose(dataset);
    return names;
}
