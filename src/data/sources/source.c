#include "data/sources/source.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

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
