/* Packed images (packed_layout.h). HDF5 finds out where they are; then an image is one small read, of any number of
 * threads at once. */
#include "data/sources/source_packed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/guard.h"
#include "base/hdf5.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/sources/encoded.h"
#include "data/sources/packed_layout.h"

struct packed_set {
    struct encoded_set base;
    char path[PATH_SIZE];
    struct packed_images images;
    int descriptor;

    bool named;               /* it was looked for names; hdf5_lock() guards it */
    char *names[SPLIT_COUNT]; /* [count][name_sizes], or NULL */
    size_t name_sizes[SPLIT_COUNT];
};

static const struct packed_split *split_of(const struct encoded_set *set, enum split split)
{
    return &((const struct packed_set *)set)->images.splits[split];
}

static bool packed_read(const struct encoded_set *set, enum split split, uint32_t index, struct encoded_bytes *to,
                        struct error *e)
{
    const struct packed_split *s = split_of(set, split);
    const int descriptor = ((const struct packed_set *)set)->descriptor;

    if (!encoded_make_room(to, s->lengths[index], e))
        return false;
    return file_read_at(descriptor, to->bytes, to->size, (off_t)s->offsets[index]) ||
           error_set(e, ERROR_INPUT, "%s", file_reason());
}

static uint64_t packed_size(const struct encoded_set *set, enum split split, uint32_t index)
{
    return split_of(set, split)->lengths[index];
}

static int32_t packed_label(const struct encoded_set *set, enum split split, uint32_t index)
{
    return split_of(set, split)->labels[index];
}

/* Opens the file for reading; H5I_INVALID_HID with an error. With the lock held. */
static hid_t open_hdf5(const char *path, struct error *e)
{
    hid_t access = hdf5_read_access(), file = H5Fopen(path, H5F_ACC_RDONLY, access);

    H5Pclose(access);
    if (file < 0)
        hdf5_error(e, ERROR_INPUT, "%s is cut short or damaged", path);
    return file;
}

/* Names are for messages: they stay in the file until one is wanted. With the lock held. */
static void load_names(struct packed_set *s)
{
    struct error ignored;
    hid_t file = open_hdf5(s->path, &ignored);

    s->named = true;
    if (file < 0)
        return;
    for (int i = 0; i < SPLIT_COUNT; i++)
        s->names[i] = packed_layout_names(file, s->path, (enum split)i, s->images.splits[i].count, &s->name_sizes[i]);
    H5Fclose(file);
}

static void packed_name(const struct encoded_set *set, enum split split, uint32_t index, char *to, size_t size)
{
    struct packed_set *s = (struct packed_set *)set;

    hdf5_lock();
    if (!s->named)
        load_names(s);
    hdf5_unlock();
    if (s->names[split])
        text_copy(to, size, s->names[split] + index * s->name_sizes[split]);
    else
        snprintf(to, size, "%s image %u", split == SPLIT_TRAIN ? "training" : "test", index);
}

static void packed_close(struct encoded_set *set)
{
    struct packed_set *s = (struct packed_set *)set;

    packed_layout_free(&s->images);
    for (int i = 0; i < SPLIT_COUNT; i++)
        free(s->names[i]);
    if (s->descriptor >= 0)
        close(s->descriptor);
    free(s);
}

static bool read_layout(const char *path, int descriptor, struct packed_images *out, struct error *e)
{
    struct stat status;

    if (fstat(descriptor, &status) != 0)
        return error_set_errno(e, "cannot read %s", path);
    hdf5_lock();
    hid_t file = open_hdf5(path, e);
    bool good = file >= 0 && packed_layout_read(file, path, (uint64_t)status.st_size, out, e);

    if (file >= 0)
        H5Fclose(file);
    hdf5_unlock();
    return good;
}

static bool try_file(void *path, struct error *e)
{
    int descriptor = file_open(path);
    struct packed_images images = { .classes = 0 };

    if (descriptor < 0)
        return error_set_errno(e, "cannot read %s", (const char *)path);
    bool good = read_layout(path, descriptor, &images, e);

    packed_layout_free(&images);
    close(descriptor);
    return good;
}

static struct packed_set *new_set(const char *path, struct error *e)
{
    static const struct encoded_ops ops = {
        .read = packed_read, .size = packed_size, .label = packed_label, .name = packed_name, .close = packed_close
    };
    struct packed_set *s = memory_new(1, sizeof *s, e);

    if (!s)
        return NULL;
    s->base.ops = &ops;
    text_copy(s->path, sizeof s->path, path);
    s->base.path = s->path;
    s->descriptor = file_open(path);
    if (s->descriptor >= 0)
        return s;
    error_set_errno(e, "cannot read %s", path);
    free(s);
    return NULL;
}

struct source *source_packed_open_as(const char *path, const char *name, const char *format,
                                     const struct source_wish *wish, struct error *e)
{
    static const struct guard_limits limits = { .seconds = 60, .bytes = 2u << 30 };
    struct packed_set *s = new_set(path, e);

    if (!s)
        return NULL;
    if (!guard_run(try_file, (void *)path, &limits, path, e) || !read_layout(path, s->descriptor, &s->images, e)) {
        packed_close(&s->base);
        return NULL;
    }
    s->base.info = (struct dataset_info){
        .format = format,
        .count = { s->images.splits[SPLIT_TRAIN].count, s->images.splits[SPLIT_TEST].count },
        .classes = s->images.classes,
        .class_names = s->images.class_names,
    };
    text_copy(s->base.info.name, sizeof s->base.info.name, name);
    return encoded_open(&s->base, wish, e);
}

static struct source *packed_open(const char *path, const struct source_wish *wish, struct error *e)
{
    char name[sizeof((struct dataset_info *)0)->name];

    source_name(name, sizeof name, path);
    return source_packed_open_as(path, name, source_packed.name, wish, e);
}

static const char *const suffixes[] = { ".h5", ".hdf5", NULL };

SOURCE_CLASS(packed) = {
    .name = "packed",
    .help = "an HDF5 file of JPEG and PNG images, as data import packs them",
    .suffixes = suffixes,
    .accepts = packed_layout_is,
    .open = packed_open,
};
