/* Which file is whose: the table of source classes. */
#include "data/sources/source.h"

#include <errno.h>
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
