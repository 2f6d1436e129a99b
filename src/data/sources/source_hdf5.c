#include "data/sources/source_hdf5.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/hdf5.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/sources/index_order.h"
#include "data/sources/keras_layout.h"
#include "data/sources/pixel_range.h"

struct hdf5_source {
    struct source base;
    char path[PATH_SIZE]; /* for errors */
    struct dataset_info info;
    hid_t file;
    struct keras_images images[SPLIT_COUNT];
    int32_t *labels[SPLIT_COUNT]; /* [count] */
    char (*class_names)[CLASS_NAME_SIZE];
    struct index_order order;
    enum pixel_range range; /* of floating-point numbers, */
    float *values;          /* and a few images of them; NULL: images are bytes */
};

/* How many images of numbers are read at once; they are looked at in so many places to find their range. */
enum { BLOCK_BYTES = 1 << 20, PLACES = 4 };

static void hdf5_close(struct source *source)
{
    struct hdf5_source *s = (struct hdf5_source *)source;

    hdf5_lock();
    for (int i = 0; i < SPLIT_COUNT; i++)
        if (s->images[i].dataset >= 0)
            H5Dclose(s->images[i].dataset);
    if (s->file >= 0)
        H5Fclose(s->file);
    hdf5_unlock();
    for (int i = 0; i < SPLIT_COUNT; i++)
        free(s->labels[i]);
    free(s->class_names);
    free(s->values);
    index_order_free(&s->order);
    free(s);
}

static void hdf5_describe(const struct source *source, struct dataset_info *info)
{
    *info = ((const struct hdf5_source *)source)->info;
}

/* Images first..first+count of a split, in one read, as elements of a type in memory. */
static bool read_elements(const struct hdf5_source *s, enum split split, uint32_t first, uint32_t count, hid_t type,
                          void *to, struct error *e)
{
    const struct keras_images *images = &s->images[split];
    const hsize_t start[4] = { first };
    const hsize_t size[4] = { count, (hsize_t)images->height, (hsize_t)images->width, (hsize_t)images->channels };
    hid_t file = H5Dget_space(images->dataset), memory = H5Screate_simple(images->rank, size, NULL);
    bool read = file >= 0 && memory >= 0 && H5Sselect_hyperslab(file, H5S_SELECT_SET, start, NULL, size, NULL) >= 0 &&
                H5Dread(images->dataset, type, memory, file, H5P_DEFAULT, to) >= 0;

    if (!read)
        hdf5_error(e, ERROR_INPUT, "%s: images from %u on in %s cannot be read, the file is damaged", s->path, first,
                   images->name);
    if (file >= 0)
        H5Sclose(file);
    if (memory >= 0)
        H5Sclose(memory);
    return read;
}

static uint32_t block_images(const struct hdf5_source *s)
{
    return (uint32_t)size_max(1, BLOCK_BYTES / (dataset_image_bytes(&s->info) * sizeof *s->values));
}

/* The same as bytes. */
static bool read_run(const struct hdf5_source *s, enum split split, uint32_t first, uint32_t count, uint8_t *to,
                     struct error *e)
{
    const size_t size = dataset_image_bytes(&s->info);

    if (!s->values)
        return read_elements(s, split, first, count, H5T_NATIVE_UINT8, to, e);
    for (uint32_t done = 0, n; done < count; done += n) {
        n = uint32_min(count - done, block_images(s));
        if (!read_elements(s, split, first + done, n, H5T_NATIVE_FLOAT, s->values, e))
            return false;
        if (!pixel_range_bytes(s->range, s->values, n * size, to + done * size, e))
            return error_context(e, "%s: images from %u on in %s", s->path, first + done, s->images[split].name);
    }
    return true;
}

/* Images of numbers: what range those are in that stand in some places of the training split. */
static bool find_range(struct hdf5_source *s, struct error *e)
{
    const uint32_t all = s->info.count[SPLIT_TRAIN], n = uint32_min(block_images(s), all);
    const size_t size = dataset_image_bytes(&s->info);
    struct pixel_extent extent = pixel_extent_none;

    s->values = memory_new(block_images(s), size * sizeof *s->values, e);
    if (!s->values)
        return false;
    for (uint32_t i = 0; i < PLACES; i++) {
        const uint32_t first = (uint32_t)((uint64_t)(all - n) * i / (PLACES - 1));

        if (!read_elements(s, SPLIT_TRAIN, first, n, H5T_NATIVE_FLOAT, s->values, e))
            return false;
        pixel_extent_add(&extent, s->values, n * size);
    }
    if (!pixel_range_find(&extent, &s->range, e))
        return error_context(e, "%s: %s", s->path, s->images[SPLIT_TRAIN].name);
    s->info.stored = pixel_range_text(s->range);
    return true;
}

static bool hdf5_read(struct source *source, enum split split, const uint32_t *index, int n, uint8_t *images,
                      int32_t *labels, struct error *e)
{
    struct hdf5_source *s = (struct hdf5_source *)source;
    size_t size = dataset_image_bytes(&s->info);
    bool read = true;

    if (!index_order_sort(&s->order, index, n, e))
        return false;
    hdf5_lock();
    for (int i = 0, run; read && i < n; i += run) {
        uint32_t first = s->order.position[i];

        run = index_order_run(&s->order, index, i, n);
        read = read_run(s, split, index[first], (uint32_t)run, images + first * size, e);
    }
    hdf5_unlock();
    for (int i = 0; read && i < n; i++)
        labels[i] = s->labels[split][index[i]];
    return read;
}

/* Without class names the largest label tells how many classes there are. */
static int count_classes(const struct hdf5_source *s)
{
    int32_t largest = 0;

    for (int i = 0; i < SPLIT_COUNT; i++)
        for (uint32_t k = 0; k < s->images[i].count; k++)
            if (s->labels[i][k] > largest)
                largest = s->labels[i][k];
    return largest + 1;
}

static bool check_same_size(const struct hdf5_source *s, struct error *e)
{
    const struct keras_images *train = &s->images[SPLIT_TRAIN], *test = &s->images[SPLIT_TEST];

    if (train->are_numbers != test->are_numbers)
        return error_set(e, ERROR_INPUT, "%s: images in %s are floating-point numbers, but those in %s bytes", s->path,
                         train->are_numbers ? train->name : test->name, train->are_numbers ? test->name : train->name);
    if (train->height == test->height && train->width == test->width && train->channels == test->channels)
        return true;
    return error_set(e, ERROR_INPUT, "%s: images in %s are %d×%d×%d, but those in %s %d×%d×%d", s->path, train->name,
                     train->height, train->width, train->channels, test->name, test->height, test->width,
                     test->channels);
}

/* Reads everything but the images, and some of these to find the range of numbers. With the lock held. */
static bool read_layout(struct hdf5_source *s, struct error *e)
{
    int names;

    if (!keras_layout_class_names(s->file, s->path, &s->class_names, &names, e))
        return false;
    for (int i = 0; i < SPLIT_COUNT; i++) {
        if (!keras_layout_images(s->file, s->path, (enum split)i, &s->images[i], e))
            return false;
        s->labels[i] = keras_layout_labels(s->file, s->path, &s->images[i], names ? names : CLASSES_MAX, e);
        if (!s->labels[i])
            return false;
        s->info.count[i] = s->images[i].count;
    }
    s->info.format = source_hdf5.name;
    s->info.height = s->images[SPLIT_TRAIN].height;
    s->info.width = s->images[SPLIT_TRAIN].width;
    s->info.channels = s->images[SPLIT_TRAIN].channels;
    s->info.chunk = s->images[SPLIT_TRAIN].chunk;
    s->info.classes = names ? names : count_classes(s);
    s->info.class_names = s->class_names;
    return check_same_size(s, e) && (!s->images[SPLIT_TRAIN].are_numbers || find_range(s, e));
}

static struct hdf5_source *new_source(const char *path, struct error *e)
{
    static const struct source_ops ops = { .describe = hdf5_describe, .read = hdf5_read, .close = hdf5_close };
    struct hdf5_source *s = memory_new(1, sizeof *s, e);

    if (!s)
        return NULL;
    s->base.ops = &ops;
    s->file = H5I_INVALID_HID;
    for (int i = 0; i < SPLIT_COUNT; i++)
        s->images[i].dataset = H5I_INVALID_HID;
    text_copy(s->path, sizeof s->path, path);
    return s;
}

static bool not_hdf5(const char *path, struct error *e)
{
    return hdf5_error(e, ERROR_INPUT, "%s is not an HDF5 file, or is cut short or damaged", path);
}

/* Opens the file with the property list `access`, which it closes, and reads its layout. Called with the lock held,
 * which it releases. Frees the source when it fails. */
static struct source *open_with(struct hdf5_source *s, hid_t access, struct error *e)
{
    s->file = H5Fopen(s->path, H5F_ACC_RDONLY, access);
    bool opened = s->file >= 0 ? read_layout(s, e) : not_hdf5(s->path, e);

    H5Pclose(access);
    hdf5_unlock();
    if (opened)
        return &s->base;
    hdf5_close(&s->base);
    return NULL;
}

static struct source *open_file(const char *path, struct error *e)
{
    struct hdf5_source *s = new_source(path, e);

    if (!s)
        return NULL;
    source_name(s->info.name, sizeof s->info.name, path);
    hdf5_lock();
    return open_with(s, hdf5_read_access(), e);
}

/* All chunks can be found: the library counts them by walking through their whole index. */
static bool walk_chunks(const struct hdf5_source *s, enum split split, struct error *e)
{
    const struct keras_images *images = &s->images[split];
    hid_t creation = H5Dget_create_plist(images->dataset), space = H5Dget_space(images->dataset);
    hsize_t count;
    bool found = H5Pget_layout(creation) != H5D_CHUNKED || H5Dget_num_chunks(images->dataset, space, &count) >= 0;

    H5Sclose(space);
    H5Pclose(creation);
    return found ||
           error_set(e, ERROR_INPUT, "%s: the index of %s cannot be read, the file is damaged", s->path, images->name);
}

/* Does what reading a data set does: its layout, its labels, an index of all its images, and two of them. */
static bool try_file(void *path, struct error *e)
{
    struct source *source = open_file(path, e);
    const struct hdf5_source *s = (const struct hdf5_source *)source;
    bool good = source != NULL;
    int32_t label;
    uint8_t *image = good ? memory_new(1, dataset_image_bytes(&s->info), e) : NULL;

    good = good && image;
    for (int i = 0; good && i < SPLIT_COUNT; i++) {
        const uint32_t last = s->info.count[i] - 1;

        hdf5_lock();
        good = walk_chunks(s, (enum split)i, e);
        hdf5_unlock();
        good = good && hdf5_read(source, (enum split)i, &(uint32_t){ 0 }, 1, image, &label, e) &&
               hdf5_read(source, (enum split)i, &last, 1, image, &label, e);
    }
    free(image);
    source_close(source);
    return good;
}

static struct source *hdf5_open(const char *path, const struct source_wish *wish, struct error *e)
{
    static const struct guard_limits limits = { .seconds = 20, .bytes = 1 << 30 };

    (void)wish;
    /* HDF5 would report a file without read permission as not being HDF5. */
    if (access(path, R_OK) != 0) {
        error_set_errno(e, "cannot read %s", path);
        return NULL;
    }
    return guard_run(try_file, (void *)path, &limits, path, e) ? open_file(path, e) : NULL;
}

struct source *source_hdf5_open_image(const void *bytes, size_t size, const char *name, struct error *e)
{
    struct hdf5_source *s = new_source(name, e);

    if (!s)
        return NULL;
    text_copy(s->info.name, sizeof s->info.name, name);
    hdf5_lock();
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fapl_core(access, 1 << 16, false);
    H5Pset_file_image(access, (void *)bytes, size);
    return open_with(s, access, e);
}

/* By name as well, so that a damaged file is reported as damaged, not as unknown. */
static bool accepts(const char *path)
{
    if (!path_is_file(path))
        return false;
    if (source_suffix(&source_hdf5, path))
        return true;
    hdf5_lock();
    bool is = H5Fis_hdf5(path) > 0;
    hdf5_unlock();
    return is;
}

static const char *const suffixes[] = { ".h5", ".hdf5", NULL };

SOURCE_CLASS(hdf5) = {
    .name = "hdf5",
    .help = "an HDF5 file with x_train, y_train, …",
    .suffixes = suffixes,
    .accepts = accepts,
    .open = hdf5_open,
};
