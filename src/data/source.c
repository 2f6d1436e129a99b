#include "data/source.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* Each in the file of its name. */
extern const struct source_class source_idx, source_cifar, source_hdf5;

const struct source_class *const source_classes[] = { &source_idx, &source_cifar, &source_hdf5, NULL };

static struct source *nobody_accepts(const char *path, struct error *e)
{
    if (access(path, R_OK) != 0) {
        error_set(e, ERROR_INPUT, "cannot read %.200s: %s", path, strerror(errno));
        return NULL;
    }
    error_set(e, ERROR_INPUT, "%.150s is no data set that cuvette knows; it reads", path);
    for (int i = 0; source_classes[i]; i++)
        text_append(e->text, sizeof e->text, "%s %s", i ? ";" : "", source_classes[i]->help);
    return NULL;
}

struct source *source_open(const char *path, struct error *e)
{
    for (int i = 0; source_classes[i]; i++)
        if (source_classes[i]->accepts(path))
            return source_classes[i]->open(path, e);
    return nobody_accepts(path, e);
}

void source_name(char *to, size_t size, const char *path)
{
    static const char *const extensions[] = { ".h5", ".hdf5" };
    char whole[PATH_MAX];

    /* ".", ".." and a slash at the end name a folder without saying its name. */
    if (realpath(path, whole))
        path = whole;
    text_copy(to, size, path_name(path));
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++)
        if (path_ends_with(to, extensions[i]))
            to[strlen(to) - strlen(extensions[i])] = '\0';
}

void source_describe(const struct source *s, struct dataset_info *info)
{
    s->ops->describe(s, info);
}

bool source_read(struct source *s, enum split split, const uint32_t *index, int n, uint8_t *images, int32_t *labels,
                 struct error *e)
{
    return s->ops->read(s, split, index, n, images, labels, e);
}

void source_close(struct source *s)
{
    if (s)
        s->ops->close(s);
}
