#include "data/sources/source.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

const struct source_class *const source_classes[] = {
#define SOURCE_ROW(name) &source_##name,
    SOURCES(SOURCE_ROW)
#undef SOURCE_ROW
    NULL,
};

static const char *find_suffix(const struct source_class *class, const char *path)
{
    for (const char *const *suffix = class->suffixes; suffix && *suffix; suffix++)
        if (path_ends_with(path, *suffix))
            return *suffix;
    return NULL;
}

static const char *find_any_suffix(const char *path)
{
    const char *suffix = NULL;

    for (int i = 0; !suffix && source_classes[i]; i++)
        suffix = find_suffix(source_classes[i], path);
    return suffix;
}

const char *source_suffix(const struct source_class *class, const char *path)
{
    return class ? find_suffix(class, path) : find_any_suffix(path);
}

static bool accepts(const struct source_class *class, const char *path)
{
    return class->accepts ? class->accepts(path) : path_is_file(path) && find_suffix(class, path);
}

static struct source *nobody_accepts(const char *path, struct error *e)
{
    if (access(path, R_OK) != 0) {
        error_set(e, ERROR_INPUT, "cannot read %.200s: %s", path, strerror(errno));
        return NULL;
    }
    error_set(e, ERROR_INPUT, "%.150s is not a data set that cuvette can read; it reads", path);
    for (int i = 0; source_classes[i]; i++)
        text_append(e->text, sizeof e->text, "%s %s", i ? ";" : "", source_classes[i]->help);
    return NULL;
}

const struct source_class *source_class_of(const char *path)
{
    for (int i = 0; source_classes[i]; i++)
        if (accepts(source_classes[i], path))
            return source_classes[i];
    return NULL;
}

struct source *source_open(const char *path, const struct source_wish *wish, struct error *e)
{
    static const struct source_wish none;
    const struct source_class *class = source_class_of(path);

    return class ? class->open(path, wish ? wish : &none, e) : nobody_accepts(path, e);
}

bool source_can_hold(const char *path, uint64_t bytes, struct error *e)
{
    /* Photographs are packed to half their size, MNIST's digits to a fifth. */
    const uint64_t small = 1 << 26, ratio_most = 200;
    struct stat status;

    if (stat(path, &status) != 0)
        return error_set_errno(e, "cannot read %s", path);
    return bytes <= small || bytes / ratio_most <= (uint64_t)status.st_size ||
           error_set(e, ERROR_INPUT, "%s announces %.0f MB of images in %.1f MB; if that is right, please unpack it",
                     path, (double)bytes / 1e6, (double)status.st_size / 1e6);
}

void source_name(char *to, size_t size, const char *path)
{
    char whole[PATH_MAX];

    /* ".", ".." and a slash at the end stand for a folder without its name. */
    if (realpath(path, whole))
        path = whole;
    text_copy(to, size, path_name(path));

    const char *suffix = find_any_suffix(to);
    if (suffix)
        to[strlen(to) - strlen(suffix)] = '\0';
}

bool source_wish_same(const struct source_wish *one, const struct source_wish *other)
{
    return one->size == other->size && one->fit == other->fit && one->channels == other->channels &&
           one->cropped == other->cropped;
}

void source_class_name(const struct dataset_info *info, int class, char *to, size_t size)
{
    if (info->class_names && info->class_names[class][0])
        text_sanitise(to, size, info->class_names[class]);
    else
        snprintf(to, size, "%d", class);
}

/* A block of images, of which the labels alone are kept. */
struct block {
    uint8_t *images;
    uint32_t *index;
    uint32_t most; /* images */
};

static bool read_labels(struct source *s, enum split split, const struct block *block, int32_t *labels,
                        uint32_t count, bool (*progress)(void *context, double done), void *context, struct error *e)
{
    for (uint32_t done = 0, n; done < count; done += n) {
        n = uint32_min(block->most, count - done);
        for (uint32_t i = 0; i < n; i++)
            block->index[i] = done + i;
        if (!source_read(s, split, block->index, (int)n, block->images, labels + done, e))
            return false;
        if (progress && !progress(context, ((double)done + n) / count))
            return error_set(e, ERROR_STOPPED, "reading the labels was stopped");
    }
    return true;
}

bool source_labels(struct source *s, enum split split, int32_t *labels, bool (*progress)(void *context, double done),
                   void *context, struct error *e)
{
    const size_t bytes = 4 << 20, images = 4096;
    struct dataset_info info;

    if (s->ops->labels) {
        s->ops->labels(s, split, labels);
        return true;
    }
    source_describe(s, &info);

    size_t most = size_clamp(bytes / dataset_image_bytes(&info), 1, images);
    struct block block = { .images = memory_new(most, dataset_image_bytes(&info), e), .most = (uint32_t)most };

    block.index = block.images ? memory_new(most, sizeof *block.index, e) : NULL;

    bool read =
        block.index && read_labels(s, split, &block, labels, info.count[split], progress, context, e);

    free(block.images);
    free(block.index);
    return read;
}
