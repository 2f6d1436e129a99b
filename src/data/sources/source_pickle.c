/* The "python version" of CIFAR-10 and CIFAR-100, as Keras and PyTorch leave them in a user's home: pickled
 * dictionaries
 *
 *     data [N][3][32][32] as an array (N, 3072) of bytes       labels, or fine_labels: a list of N class numbers
 *
 * Images stay in the files, and each is read by one pread. */
#include "data/sources/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/sources/cifar.h"
#include "data/sources/pickle.h"

struct form {
    int classes;
    struct cifar_file files[CIFAR_FILES_MOST + 1];
    const char *labels;       /* the key of the labels */
    const char *meta, *names; /* the file of the class names, and their key */
};

static const struct form forms[] = {
    { 10,
      { { "data_batch_1", SPLIT_TRAIN },
        { "data_batch_2", SPLIT_TRAIN },
        { "data_batch_3", SPLIT_TRAIN },
        { "data_batch_4", SPLIT_TRAIN },
        { "data_batch_5", SPLIT_TRAIN },
        { "test_batch", SPLIT_TEST } },
      "labels",
      "batches.meta",
      "label_names" },
    { 100, { { "train", SPLIT_TRAIN }, { "test", SPLIT_TEST } }, "fine_labels", "meta", "fine_label_names" },
};

struct pickled_file {
    FILE *file;
    char path[PATH_SIZE];
    uint64_t images; /* where the first one begins */
    uint32_t count;
    uint8_t *labels; /* [count] */
};

struct pickle_source {
    struct source base;
    const struct form *form;
    char name[64];
    struct pickled_file files[CIFAR_FILES_MOST];
    uint32_t images[CIFAR_FILES_MOST]; /* of each file */
    uint32_t count[SPLIT_COUNT];
    char class_names[CIFAR_CLASSES_MAX][CLASS_NAME_SIZE];
    bool named;
};

/* The files' names say little: the one of the class names has to be there, too. NULL: no form. */
static const struct form *form_of(const char *folder)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (cifar_has(folder, forms[i].files[0].name) && cifar_has(folder, forms[i].meta))
            return &forms[i];
    return NULL;
}

static bool accepts(const char *path)
{
    return form_of(path) != NULL;
}

static bool take_labels(const struct form *form, const struct pickle *p, struct pickled_file *out, struct error *e)
{
    const struct pickle_value *labels = pickle_find(p, form->labels);

    if (!labels || labels->kind != PICKLE_LIST || labels->list->count != (int)out->count)
        return error_set(e, ERROR_INPUT, "%s has no list %s with a label for each of its %u images", out->path,
                         form->labels, out->count);
    out->labels = memory_new(out->count, sizeof *out->labels, e);
    if (!out->labels)
        return false;
    for (uint32_t i = 0; i < out->count; i++) {
        const struct pickle_value *label = &labels->list->items[i];

        if (label->kind != PICKLE_INTEGER || label->integer < 0 || label->integer >= form->classes)
            return error_set(e, ERROR_INPUT, "%s: the label of image %u is not in 0…%d", out->path, i,
                             form->classes - 1);
        out->labels[i] = (uint8_t)label->integer;
    }
    return true;
}

static bool take(const struct form *form, const struct pickle *p, struct pickled_file *out, struct error *e)
{
    uint64_t rows, columns;

    if (!pickle_array(pickle_find(p, "data"), &rows, &columns, &out->images) || columns != CIFAR_IMAGE)
        return error_set(e, ERROR_INPUT, "%s has no array data of %d bytes an image", out->path, CIFAR_IMAGE);
    out->count = (uint32_t)rows;
    return take_labels(form, p, out, e);
}

static bool open_file(const struct form *form, struct pickled_file *out, struct error *e)
{
    struct pickle p;

    out->file = file_open_stream(out->path);
    if (!out->file && errno == ENOENT)
        return error_set(e, ERROR_INPUT, "%s is missing", out->path);
    if (!out->file)
        return error_set_errno(e, "cannot read %s", out->path);
    if (!pickle_read(out->file, out->path, &p, e))
        return false;
    bool good = take(form, &p, out, e);

    pickle_free(&p);
    return good;
}

/* Names are for show: without them classes have numbers. */
static void read_class_names(struct pickle_source *s, const char *folder)
{
    char path[PATH_SIZE];
    struct error ignored;
    struct pickle p;
    FILE *file = path_join(path, folder, s->form->meta, &ignored) ? file_open_stream(path) : NULL;

    if (!file)
        return;
    if (pickle_read(file, path, &p, &ignored)) {
        const struct pickle_value *names = pickle_find(&p, s->form->names);

        s->named = names && names->kind == PICKLE_LIST && names->list->count == s->form->classes;
        for (int i = 0; s->named && i < s->form->classes; i++)
            text_copy(s->class_names[i], CLASS_NAME_SIZE, names->list->items[i].text);
        pickle_free(&p);
    }
    fclose(file);
}

static void pickle_close(struct source *source)
{
    struct pickle_source *s = (struct pickle_source *)source;

    for (int i = 0; i < CIFAR_FILES_MOST; i++) {
        if (s->files[i].file)
            fclose(s->files[i].file);
        free(s->files[i].labels);
    }
    free(s);
}

static void pickle_describe(const struct source *source, struct dataset_info *info)
{
    const struct pickle_source *s = (const struct pickle_source *)source;

    *info = (struct dataset_info){
        .format = source_pickle.name,
        .count = { s->count[SPLIT_TRAIN], s->count[SPLIT_TEST] },
        .height = CIFAR_SIDE,
        .width = CIFAR_SIDE,
        .channels = CIFAR_CHANNELS,
        .classes = s->form->classes,
        .class_names = s->named ? s->class_names : NULL,
    };
    text_copy(info->name, sizeof info->name, s->name);
}

static bool pickle_read_images(struct source *source, enum split split, const uint32_t *index, int n, uint8_t *images,
                               int32_t *labels, struct error *e)
{
    const struct pickle_source *s = (const struct pickle_source *)source;
    uint8_t planes[CIFAR_IMAGE];

    for (int i = 0; i < n; i++) {
        uint32_t at = index[i];
        const struct pickled_file *file = &s->files[cifar_find(s->form->files, s->images, split, &at)];
        ssize_t got =
            pread(fileno(file->file), planes, CIFAR_IMAGE, (off_t)(file->images + (uint64_t)at * CIFAR_IMAGE));

        if (got < 0)
            return error_set_errno(e, "cannot read %s", file->path);
        if (got != CIFAR_IMAGE)
            return error_set(e, ERROR_INPUT, "%s became shorter while it was read", file->path);
        labels[i] = file->labels[at];
        cifar_interleave(planes, images + (size_t)i * CIFAR_IMAGE);
    }
    return true;
}

static struct source *pickle_open(const char *path, const struct source_wish *wish, struct error *e)
{
    (void)wish;
    static const struct source_ops ops = { .describe = pickle_describe,
                                           .read = pickle_read_images,
                                           .close = pickle_close };
    struct pickle_source *s = memory_new(1, sizeof *s, e);

    if (!s)
        return NULL;
    s->base.ops = &ops;
    s->form = form_of(path);
    source_name(s->name, sizeof s->name, path);
    for (int i = 0; s->form->files[i].name; i++) {
        struct pickled_file *file = &s->files[i];

        if (!path_join(file->path, path, s->form->files[i].name, e) || !open_file(s->form, file, e)) {
            pickle_close(&s->base);
            return NULL;
        }
        s->images[i] = file->count;
        s->count[s->form->files[i].split] += file->count;
    }
    read_class_names(s, path);
    return &s->base;
}

SOURCE_CLASS(pickle) = {
    .name = "pickle",
    .help = "a folder of CIFAR's \"python version\"",
    .accepts = accepts,
    .open = pickle_open,
};
