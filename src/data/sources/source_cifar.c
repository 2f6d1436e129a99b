/* CIFAR-10's binary version (A. Krizhevsky): five training batches and one test batch of records
 *
 *     label (1 byte), red [32][32], green [32][32], blue [32][32]
 *
 * Each image is read by one pread of its record, so labels are checked when their images are read. */
#include "data/sources/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

enum { CLASSES = 10, SIDE = 32, CHANNELS = 3, PLANE = SIDE * SIDE, RECORD = 1 + CHANNELS * PLANE, FILES = 6 };

struct batch_file {
    int descriptor; /* -1 when closed */
    char path[PATH_SIZE];
    uint32_t count;
};

struct cifar_source {
    struct source base;
    char name[64];
    struct batch_file file[FILES];
    uint32_t count[SPLIT_COUNT];
    char class_names[CLASSES][CLASS_NAME_SIZE];
};

static const struct {
    const char *name;
    enum split split;
} files[FILES] = {
    { "data_batch_1.bin", SPLIT_TRAIN }, { "data_batch_2.bin", SPLIT_TRAIN }, { "data_batch_3.bin", SPLIT_TRAIN },
    { "data_batch_4.bin", SPLIT_TRAIN }, { "data_batch_5.bin", SPLIT_TRAIN }, { "test_batch.bin", SPLIT_TEST },
};

static const char *const usual_names[CLASSES] = { "airplane", "automobile", "bird",  "cat",  "deer",
                                                  "dog",      "frog",       "horse", "ship", "truck" };

static bool accepts(const char *path)
{
    char found[PATH_SIZE];
    struct error ignored;

    for (int i = 0; i < FILES; i++)
        if (path_join(found, path, files[i].name, &ignored) && path_is_file(found))
            return true;
    return false;
}

static bool open_batch(struct batch_file *file, struct error *e)
{
    struct stat status;

    file->descriptor = open(file->path, O_RDONLY | O_CLOEXEC);
    if (file->descriptor < 0 && errno == ENOENT)
        return error_set(e, ERROR_INPUT,
                         "%s is missing: CIFAR-10 has data_batch_1.bin to data_batch_5.bin and "
                         "test_batch.bin",
                         file->path);
    if (file->descriptor < 0 || fstat(file->descriptor, &status) != 0)
        return error_set_errno(e, "cannot read %s", file->path);
    if (status.st_size == 0 || status.st_size % RECORD != 0)
        return error_set(e, ERROR_INPUT,
                         "%s is cut short or damaged: its %lld bytes are not a whole number of images of %d bytes",
                         file->path, (long long)status.st_size, RECORD);
    file->count = (uint32_t)(status.st_size / RECORD);
    return true;
}

/* One name a line; a missing name stays the usual one. */
static void read_class_names(struct cifar_source *s, const char *folder)
{
    char path[PATH_SIZE], line[256];
    struct error ignored;

    for (int i = 0; i < CLASSES; i++)
        text_copy(s->class_names[i], CLASS_NAME_SIZE, usual_names[i]);
    FILE *file = path_join(path, folder, "batches.meta.txt", &ignored) ? fopen(path, "re") : NULL;
    if (!file)
        return;
    for (int i = 0; i < CLASSES && fgets(line, sizeof line, file);) {
        const char *name = text_trim(line);

        if (*name)
            text_copy(s->class_names[i++], CLASS_NAME_SIZE, name);
    }
    fclose(file);
}

static void cifar_close(struct source *source)
{
    struct cifar_source *s = (struct cifar_source *)source;

    for (int i = 0; i < FILES; i++)
        if (s->file[i].descriptor >= 0)
            close(s->file[i].descriptor);
    free(s);
}

static void cifar_describe(const struct source *source, struct dataset_info *info)
{
    const struct cifar_source *s = (const struct cifar_source *)source;

    *info = (struct dataset_info){
        .format = source_cifar.name,
        .count = { s->count[SPLIT_TRAIN], s->count[SPLIT_TEST] },
        .height = SIDE,
        .width = SIDE,
        .channels = CHANNELS,
        .classes = CLASSES,
        .class_names = s->class_names,
    };
    text_copy(info->name, sizeof info->name, s->name);
}

/* The file that holds image `index` of a split; `index` becomes the image's number in that file. */
static const struct batch_file *find_record(const struct cifar_source *s, enum split split, uint32_t *index)
{
    int i = 0;

    while (files[i].split != split || *index >= s->file[i].count) {
        if (files[i].split == split)
            *index -= s->file[i].count;
        i++;
    }
    return &s->file[i];
}

static bool read_record(const struct batch_file *file, uint32_t index, unsigned char record[RECORD], struct error *e)
{
    ssize_t got = pread(file->descriptor, record, RECORD, (off_t)index * RECORD);

    if (got < 0)
        return error_set_errno(e, "cannot read %s", file->path);
    if (got != RECORD)
        return error_set(e, ERROR_INPUT, "%s became shorter while it was read", file->path);
    if (record[0] >= CLASSES)
        return error_set(e, ERROR_INPUT, "%s: the label of image %u is %d, which is not in 0…%d", file->path, index,
                         record[0], CLASSES - 1);
    return true;
}

/* planes [3][32][32] -> pixels [32][32][3] */
static void interleave(const unsigned char *planes, uint8_t *pixels)
{
    for (int i = 0; i < PLANE; i++)
        for (int c = 0; c < CHANNELS; c++)
            pixels[CHANNELS * i + c] = planes[PLANE * c + i];
}

static bool cifar_read(struct source *source, enum split split, const uint32_t *index, int n, uint8_t *images,
                       int32_t *labels, struct error *e)
{
    struct cifar_source *s = (struct cifar_source *)source;
    unsigned char record[RECORD];

    for (int i = 0; i < n; i++) {
        uint32_t record_number = index[i];
        const struct batch_file *file = find_record(s, split, &record_number);

        if (!read_record(file, record_number, record, e))
            return false;
        labels[i] = record[0];
        interleave(record + 1, images + (size_t)i * CHANNELS * PLANE);
    }
    return true;
}

static struct source *cifar_open(const char *path, struct error *e)
{
    static const struct source_ops ops = { .describe = cifar_describe, .read = cifar_read, .close = cifar_close };
    struct cifar_source *s = memory_new(1, sizeof *s, e);

    if (!s)
        return NULL;
    s->base.ops = &ops;
    source_name(s->name, sizeof s->name, path);
    for (int i = 0; i < FILES; i++)
        s->file[i].descriptor = -1;
    for (int i = 0; i < FILES; i++) {
        if (!path_join(s->file[i].path, path, files[i].name, e) || !open_batch(&s->file[i], e)) {
            cifar_close(&s->base);
            return NULL;
        }
        s->count[files[i].split] += s->file[i].count;
    }
    read_class_names(s, path);
    return &s->base;
}

SOURCE_CLASS(cifar) = {
    .name = "cifar",
    .help = "a folder of CIFAR-10's binary batches (data_batch_1.bin, …, test_batch.bin)",
    .accepts = accepts,
    .open = cifar_open,
};
