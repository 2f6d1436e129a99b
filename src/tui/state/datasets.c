#include "tui/state/datasets.h"

#include <string.h>

#include "base/text.h"
#include "tui/state/kept.h"

/* Reads its headers. */
static void look_at(struct recent *r, const char *path)
{
    struct error e = { 0 };

    text_copy(r->entry.path, sizeof r->entry.path, path);
    text_copy(r->entry.name, sizeof r->entry.name, path);
    r->gone = !path_is_file(path) && !path_is_folder(path);
    r->entry.readable = !r->gone && catalogue_look(path, NULL, &r->entry.info, &e);
    if (r->gone)
        error_set(&e, ERROR_INPUT, "there is nothing at %s any more", path);
    text_copy(r->entry.problem, sizeof r->entry.problem, e.text);
}

static void recall(struct datasets *d)
{
    char paths[RECENT_MAX][PATH_SIZE];

    d->n_recent = kept_datasets_read(paths, RECENT_MAX);
    for (int i = 0; i < d->n_recent; i++) {
        look_at(&d->recent[i], paths[i]);
        d->recent[i].used = (unsigned)(d->n_recent - i);
    }
}

static unsigned newest(const struct datasets *d)
{
    unsigned used = 0;

    for (int i = 0; i < d->n_recent; i++)
        if (d->recent[i].used > used)
            used = d->recent[i].used;
    return used;
}

/* The one chosen last comes first. Not to be kept is no harm. */
static void keep(const struct datasets *d)
{
    char paths[RECENT_MAX][PATH_SIZE];
    struct error ignored;
    int n = 0;

    for (unsigned used = newest(d); used > 0; used--)
        for (int i = 0; i < d->n_recent; i++)
            if (d->recent[i].used == used)
                text_copy(paths[n++], PATH_SIZE, d->recent[i].entry.path);
    kept_datasets_write(paths, n, &ignored);
}

bool datasets_open(struct datasets *d, struct error *e)
{
    if (!catalogue_read(&d->catalogue, e))
        return false;
    recall(d);
    return true;
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
    for (int i = 0; i < d->n_recent; i++) {
        char path[PATH_SIZE];

        text_copy(path, sizeof path, d->recent[i].entry.path);
        look_at(&d->recent[i], path);
    }
    d->looked_at[0] = '\0';
    return true;
}

static int find_recent(const struct datasets *d, const char *path)
{
    for (int i = 0; i < d->n_recent; i++)
        if (strcmp(d->recent[i].entry.path, path) == 0)
            return i;
    return -1;
}

/* Without room the one that was chosen longest ago goes. */
static void make_room(struct datasets *d)
{
    int oldest = 0;

    if (d->n_recent < RECENT_MAX)
        return;
    for (int i = 1; i < d->n_recent; i++)
        if (d->recent[i].used < d->recent[oldest].used)
            oldest = i;
    datasets_forget(d, d->catalogue.count + oldest);
}

static void remember(struct datasets *d)
{
    int position = find_recent(d, d->absolute);
    unsigned used = newest(d) + 1;

    if (position < 0) {
        make_room(d);
        memmove(&d->recent[1], &d->recent[0], (size_t)d->n_recent * sizeof d->recent[0]);
        d->n_recent++;
        position = 0;
    }
    look_at(&d->recent[position], d->absolute);
    d->recent[position].used = used;
    keep(d);
}

static bool same_wish(const struct source_wish *one, const struct source_wish *other)
{
    return one->size == other->size && one->fit == other->fit && one->channels == other->channels;
}

/* Headers are read from files: only when the name or the wish is another one than last time. */
void datasets_look(struct datasets *d, const struct recipe *recipe)
{
    const struct source_wish wish = recipe_images_wish(recipe);
    const char *name = recipe->data.dataset;
    struct error e;

    if (strcmp(d->looked_at, name) == 0 && same_wish(&d->wish, &wish))
        return;
    text_copy(d->looked_at, sizeof d->looked_at, name);
    d->wish = wish;
    d->error.kind = ERROR_NONE;
    if (!catalogue_look(name, &wish, &d->info, &d->error) ||
        !catalogue_absolute(name, d->absolute, sizeof d->absolute, &e))
        text_copy(d->absolute, sizeof d->absolute, name);
    else if (d->absolute[0] == '/')
        remember(d);
}

const struct dataset_info *datasets_info(const struct datasets *d)
{
    return d->error.kind == ERROR_NONE ? &d->info : NULL;
}

int datasets_count(const struct datasets *d)
{
    return d->catalogue.count + d->n_recent;
}

const struct catalogue_entry *datasets_entry(const struct datasets *d, int position, bool *gone)
{
    bool recent = position >= d->catalogue.count;

    if (gone)
        *gone = recent && d->recent[position - d->catalogue.count].gone;
    return recent ? &d->recent[position - d->catalogue.count].entry : &d->catalogue.entries[position];
}

int datasets_position(const struct datasets *d)
{
    int recent = find_recent(d, d->absolute);

    for (int i = 0; i < d->catalogue.count; i++)
        if (strcmp(d->catalogue.entries[i].name, d->looked_at) == 0)
            return i;
    return recent < 0 ? -1 : d->catalogue.count + recent;
}

bool datasets_forget(struct datasets *d, int position)
{
    int i = position - d->catalogue.count;

    if (i < 0)
        return false;
    d->n_recent--;
    memmove(&d->recent[i], &d->recent[i + 1], (size_t)(d->n_recent - i) * sizeof d->recent[0]);
    keep(d);
    return true;
}
