/* The binary versions of CIFAR-10 and CIFAR-100: files of records
 *
 *     label (1 byte), red [32][32], green [32][32], blue [32][32]
 *
 * where CIFAR-100 has a byte for the superclass before the label. Each image is read by one pread of its record, so
 * labels are checked when their images are read. */
#include "data/sources/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/sources/cifar.h"

enum { RECORD_MOST = 2 + CIFAR_IMAGE };

struct form {
    const char *name;
    int classes;
    int label; /* its byte in a record; the image comes after it */
    struct cifar_file files[CIFAR_FILES_MOST + 1];
    const char *names_file; /* one class name a line */
};

/* A folder is of the first form of which a file is there. */
static const struct form forms[] = {
    { "CIFAR-10",
      10,
      0,
      { { "data_batch_1.bin", SPLIT_TRAIN },
        { "data_batch_2.bin", SPLIT_TRAIN },
        { "data_batch_3.bin", SPLIT_TRAIN },
        { "data_batch_4.bin", SPLIT_TRAIN },
        { "data_batch_5.bin", SPLIT_TRAIN },
        { "test_batch.bin", SPLIT_TEST } },
      "batches.meta.txt" },
    { "CIFAR-100", 100, 1, { { "train.bin", SPLIT_TRAIN }, { "test.bin", SPLIT_TEST } }, "fine_label_names.txt" },
};

struct batch_file {
    int descriptor; /* -1 when closed */
    char path[PATH_SIZE];
};

struct cifar_source {
    struct source base;
    const struct form *form;
    char name[64];
    struct batch_file file[CIFAR_FILES_MOST];
    uint32_t images[CIFAR_FILES_MOST]; /* of each file */
    uint32_t count[SPLIT_COUNT];
    char class_names[CIFAR_CLASSES_MAX][CLASS_NAME_SIZE];
};

static const char *const usual_names[] = { "airplane", "automobile", "bird",  "cat",  "deer",
                                           "dog",      "frog",       "horse", "ship", "truck" };

/* NULL: no form. */
static const struct form *form_of(const char *folder)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        for (int k = 0; forms[i].files[k].name; k++)
            if (cifar_has(folder, forms[i].files[k].name))
                return &forms[i];
    return NULL;
}

static bool accepts(const char *path)
{
    return form_of(path) != NULL;
}

static int record_bytes(const struct form *form)
{
    return form->label + 1 + CIFAR_IMAGE;
}

static bool missing(const struct form *form, const char *path, struct error *e)
{
    int last = 0;

    while (form->files[last + 1].name)
        last++;
    return error_set(e, ERROR_INPUT, "%s is missing: %s has %s%s%s and %s", path, form->name, form->files[0].name,
                     last > 1 ? " to " : "", last > 1 ? form->files[last - 1].name : "", form->files[last].name);
}

static bool open_batch(const struct form *form, struct batch_file *file, uint32_t *images, struct error *e)
{
    const int record = record_bytes(form);
    struct stat status;

    file->descriptor = file_open(file->path);
    if (file->descriptor < 0 && errno == ENOENT)
        return missing(form, file->path, e);
    if (file->descriptor < 0 || fstat(file->descriptor, &status) != 0)
        return error_set_errno(e, "cannot read %s", file->path);
    if (status.st_size == 0 || status.st_size % record != 0 || status.st_size / record > INT32_MAX)
        return error_set(e, ERROR_INPUT,
                         "%s is cut short or damaged: its %lld bytes are not a whole number of images of %d bytes",
                         file->path, (long long)status.st_size, record);
    *images = (uint32_t)(status.st_size / record);
    return true;
}

/* One name a line; a missing name stays the usual one, or is its number. */
static void read_class_names(struct cifar_source *s, const char *folder)
{
    char path[PATH_SIZE], line[256];
    struct error ignored;

    for (int i = 0; i < s->form->classes; i++)
        if (s->form == &forms[0])
            text_copy(s->class_names[i], CLASS_NAME_SIZE, usual_names[i]);
        else
            snprintf(s->class_names[i], CLASS_NAME_SIZE, "%d", i);
    FILE *file = path_join(path, folder, s->form->names_file, &ignored) ? file_open_stream(path) : NULL;
    if (!file)
        return;
    for (int i = 0; i < s->form->classes && fgets(line, sizeof line, file);) {
        const char *name = text_trim(line);

        if (*name)
            text_copy(s->class_names[i++], CLASS_NAME_SIZE, name);
    }
    fclose(file);
}

static void cifar_close(struct source *source)
{
    struct cifar_source *s = (struct cifar_source *)source;

    for (int i = 0; i < CIFAR_FILES_MOST; i++)
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
        .height = CIFAR_SIDE,
        .width = CIFAR_SIDE,
        .channels = CIFAR_CHANNELS,
        .classes = s->form->classes,
        .class_names = s->class_names,
    };
    text_copy(info->name, sizeof info->name, s->name);
}

static bool read_record(const struct form *form, const struct batch_file *file, uint32_t index,
                        unsigned char record[RECORD_MOST], struct error *e)
{
    const size_t size = (size_t)record_bytes(form);
    ssize_t got = pread(file->descriptor, record, size, (off_t)index * (off_t)size);

    if (got < 0)
        return error_set_errno(e, "cannot read %s", file->path);
    if (got != (ssize_t)size)
        return error_set(e, ERROR_INPUT, "%s became shorter while it was read", file->path);
    if (record[form->label] >= form->classes)
        return error_set(e, ERROR_INPUT, "%s: the label of image %u is %d, which is not in 0…%d", file->path, index,
                         record[form->label], form->classes - 1);
    return true;
}

static bool cifar_read(struct source *source, enum split split, const uint32_t *index, int n, uint8_t *images,
                       int32_t *labels, struct error *e)
{
    struct cifar_source *s = (struct cifar_source *)source;
    unsigned char record[RECORD_MOST];

    for (int i = 0; i < n; i++) {
        uint32_t record_number = index[i];
        const struct batch_file *file = &s->file[cifar_find(s->form->files, s->images, split, &record_number)];

        if (!read_record(s->form, file, record_number, record, e))
            return false;
        labels[i] = record[s->form->label];
        cifar_interleave(record + s->form->label + 1, images + (size_t)i * CIFAR_IMAGE);
    }
    return true;
}

static struct source *cifar_open(const char *path, const struct source_wish *wish, struct error *e)
{
    (void)wish;
    static const struct source_ops ops = { .describe = cifar_describe, .read = cifar_read, .close = cifar_close };
    struct cifar_source *s = memory_new(1, sizeof *s, e);

    if (!s)
        return NULL;
    s->base.ops = &ops;
    s->form = form_of(path);
    source_name(s->name, sizeof s->name, path);
    for (int i = 0; i < CIFAR_FILES_MOST; i++)
        s->file[i].descriptor = -1;
    for (int i = 0; s->form->files[i].name; i++) {
        if (!path_join(s->file[i].path, path, s->form->files[i].name, e) ||
            !open_batch(s->form, &s->file[i], &s->images[i], e)) {
            cifar_close(&s->base);
            return NULL;
        }
        s->count[s->form->files[i].split] += s->images[i];
    }
    read_class_names(s, path);
    return &s->base;
}

SOURCE_CLASS(cifar) = {
    .name = "cifar",
    .help = "a folder of CIFAR's binary batches",
    .accepts = accepts,
    .open = cifar_open,
};
