#include "tui/state/datasets.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/state/kept.h"

/* Most looks are over before a frame would be drawn without what they find: to wait so long spares that frame. */
static const double at_once_seconds = 0.1;

/* Nothing is known of it yet. */
static void set_unlooked(struct recent *r, const char *path)
{
    *r = (struct recent){ .used = r->used };
    text_copy(r->entry.path, sizeof r->entry.path, path);
    text_copy(r->entry.name, sizeof r->entry.name, path);
}

static void recall(struct datasets *d)
{
    char paths[RECENT_MAX][PATH_SIZE];

    d->n_recent = kept_datasets_read(paths, RECENT_MAX);
    for (int i = 0; i < d->n_recent; i++) {
        set_unlooked(&d->recent[i], paths[i]);
        d->recent[i].used = (unsigned)(d->n_recent - i);
    }
}

static struct catalogue_entry *entry_at(struct datasets *d, int position)
{
    return position < d->catalogue.count ? &d->catalogue.entries[position]
                                         : &d->recent[position - d->catalogue.count].entry;
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

static int find_unlooked(const struct datasets *d)
{
    int i = 0;

    while (i < datasets_count(d) && datasets_entry(d, i, NULL)->looked)
        i++;
    return i;
}

/* The next one that nothing is known of, when none is being looked at. */
static void look_at_next(struct datasets *d)
{
    static const struct inspection nothing;
    int next = find_unlooked(d);

    while (!d->look && next < datasets_count(d)) {
        struct catalogue_entry *entry = entry_at(d, next);
        struct error e;

        d->look = inspect_start(entry->path, NULL, INSPECT_SECONDS, d->listener, &e);
        if (!d->look)
            inspect_note(entry, &nothing, &e);
        next = find_unlooked(d);
    }
}

static void begin_anew(struct datasets *d)
{
    errand_free(d->look);
    d->look = NULL;
    for (int i = 0; i < d->n_recent; i++) {
        char path[PATH_SIZE];

        text_copy(path, sizeof path, d->recent[i].entry.path);
        set_unlooked(&d->recent[i], path);
    }
}

/* The list may be shorter by then: it is found by its path. */
static int take_look(struct datasets *d)
{
    const struct inspection *found = d->look ? inspect_found(d->look) : NULL;
    struct error e;

    if (!found || !errand_wait(d->look, 0, &e))
        return 0;
    for (int i = 0; i < datasets_count(d); i++) {
        struct catalogue_entry *entry = entry_at(d, i);

        if (entry->looked || strcmp(entry->path, found->name) != 0)
            continue;
        inspect_note(entry, found, &e);
        if (i >= d->catalogue.count)
            d->recent[i - d->catalogue.count].gone = found->gone;
        if (i >= d->catalogue.count && found->gone)
            snprintf(entry->problem, sizeof entry->problem, "there is nothing at %.400s any more", found->name);
    }
    errand_free(d->look);
    d->look = NULL;
    return FOUND_SOMETHING;
}

static int take_listing(struct datasets *d, double seconds, struct error *e)
{
    struct catalogue fresh;

    if (!d->listing || !errand_wait(d->listing, seconds, e))
        return 0;
    bool listed = e->kind == ERROR_NONE && inspect_listed(d->listing, &fresh, e);

    errand_free(d->listing);
    d->listing = NULL;
    d->listed = true;
    if (!listed)
        return FOUND_NO_LIST;
    catalogue_free(&d->catalogue);
    d->catalogue = fresh;
    begin_anew(d);
    return FOUND_SOMETHING;
}

bool datasets_open(struct datasets *d, struct trainer_events events, struct error *e)
{
    d->listener = (struct inspect_listener){ events.changed, events.context };
    d->listing = inspect_list_start(d->listener, e);
    if (!d->listing || !catalogue_begin(&d->catalogue, e))
        return false;
    recall(d);
    if (errand_wait(d->listing, at_once_seconds, e) && e->kind == ERROR_NONE)
        take_listing(d, 0, e);
    return true;
}

void datasets_close(struct datasets *d)
{
    errand_free(d->listing);
    errand_free(d->look);
    errand_free(d->own);
    catalogue_free(&d->catalogue);
}

bool datasets_read_again(struct datasets *d, struct error *e)
{
    errand_free(d->listing);
    d->listing = inspect_list_start(d->listener, e);
    d->looked_at[0] = '\0';
    return d->listing != NULL;
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
    set_unlooked(&d->recent[position], d->absolute);
    d->recent[position].used = used;
    keep(d);
}

static void say_looking(struct datasets *d)
{
    error_set(&d->error, ERROR_INPUT, "%.200s is still being looked at; please try again in a moment", d->looked_at);
}

static int take_own(struct datasets *d)
{
    const struct inspection *found = d->own ? inspect_found(d->own) : NULL;

    if (!found || !errand_wait(d->own, 0, &d->error))
        return 0;
    if (d->error.kind == ERROR_NONE) {
        d->info = found->info;
        text_copy(d->absolute, sizeof d->absolute, found->absolute);
        if (d->absolute[0] == '/')
            remember(d);
    }
    errand_free(d->own);
    d->own = NULL;
    return FOUND_OWN | FOUND_SOMETHING;
}

static void look_at_builtin(struct datasets *d)
{
    const struct catalogue_entry *digits = &d->catalogue.entries[0];

    d->info = digits->info;
    if (!digits->readable)
        error_set(&d->error, ERROR_INPUT, "%s", digits->problem);
}

/* Headers are read from files: only when the name or the wish is another one than last time. */
void datasets_look(struct datasets *d, const struct recipe *recipe)
{
    const struct source_wish wish = recipe_images_wish(recipe);
    const char *name = recipe->data.dataset;

    if (strcmp(d->looked_at, name) == 0 && source_wish_same(&d->wish, &wish))
        return;
    text_copy(d->looked_at, sizeof d->looked_at, name);
    text_copy(d->absolute, sizeof d->absolute, name);
    d->wish = wish;
    d->error.kind = ERROR_NONE;
    errand_free(d->own);
    d->own = NULL;
    if (catalogue_is_builtin(name)) {
        look_at_builtin(d);
        return;
    }
    d->own = inspect_start(name, &wish, INSPECT_SECONDS_ASKED, d->listener, &d->error);
    if (d->own)
        say_looking(d);
    datasets_wait(d, at_once_seconds);
}

void datasets_wait(struct datasets *d, double seconds)
{
    struct error ignored;

    if (d->own && errand_wait(d->own, seconds, &ignored))
        take_own(d);
}

bool datasets_looking(const struct datasets *d)
{
    return d->own != NULL;
}

int datasets_listed(const struct datasets *d)
{
    return d->own ? inspect_found(d->own)->listed : 0;
}

const struct dataset_info *datasets_info(const struct datasets *d)
{
    return d->error.kind == ERROR_NONE ? &d->info : NULL;
}

int datasets_follow(struct datasets *d, struct error *e)
{
    int found = take_listing(d, 0, e) | take_own(d) | take_look(d);

    look_at_next(d);
    return found;
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
    return entry_at((struct datasets *)d, position);
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
