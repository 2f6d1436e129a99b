#include "tui/state/datasets.h"

#include <string.h>

#include "base/text.h"

bool datasets_open(struct datasets *d, struct error *e)
{
    return catalogue_read(&d->catalogue, e);
}

void datasets_close(struct datasets *d)
{
    catalogue_free(&d->catalogue);
}

bool datasets_read_again(struct datasets *d, struct error *e)
{
    struct catalogue fresh;

    if (!catalogue_read(&fresh, e))
        return false;
    catalogue_free(&d->catalogue);
    d->catalogue = fresh;
    d->looked_at[0] = '\0';
    return true;
}

/* Headers are read from files: only when the name is another one than last time. */
void datasets_look(struct datasets *d, const char *name)
{
    if (strcmp(d->looked_at, name) == 0)
        return;
    text_copy(d->looked_at, sizeof d->looked_at, name);
    d->error.kind = ERROR_NONE;
    catalogue_look(name, &d->info, &d->error);
}

const struct dataset_info *datasets_info(const struct datasets *d)
{
    return d->error.kind == ERROR_NONE ? &d->info : NULL;
}
