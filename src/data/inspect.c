#include "data/inspect.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/hdf5.h"
#include "base/memory.h"
#include "base/text.h"

/* What looking at strangers' files may take: a tree of millions of names, but no bomb. */
static const uint64_t bytes_most = (uint64_t)2 << 30;

struct errand *inspect_errand(bool (*work)(void *paper, struct error *e), const void *asked, size_t asked_size,
                              size_t size, const char *subject, double seconds, struct inspect_listener listener,
                              struct error *e)
{
    /* Before another thread makes a process: it must not find the library half prepared. */
    hdf5_lock();
    hdf5_unlock();
    return errand_start(&(struct errand_setup){
                            .work = work,
                            .asked = asked,
                            .asked_size = asked_size,
                            .size = size,
                            .limits = { .seconds = seconds, .bytes = bytes_most },
                            .subject = subject,
                            .ended = listener.ended,
                            .context = listener.context,
                        },
                        e);
}

static bool is_gone(const char *name)
{
    char path[PATH_SIZE];
    struct stat status;
    struct error ignored;

    return strchr(name, '/') && path_typed(path, name, &ignored) && stat(path, &status) != 0 && errno == ENOENT;
}

static bool tell_listed(void *context, double done)
{
    struct inspection *look = context;

    look->listed = (int)(100 * done);
    return true;
}

static bool look_at(void *paper, struct error *e)
{
    struct inspection *look = paper;

    struct source_wish wish = look->wish;

    wish.progress = tell_listed;
    wish.context = look;
    look->gone = is_gone(look->name);
    return catalogue_look(look->name, &wish, &look->info, e) &&
           catalogue_absolute(look->name, look->absolute, sizeof look->absolute, e);
}

struct errand *inspect_start(const char *name_or_path, const struct source_wish *wish, double seconds,
                          struct inspect_listener listener, struct error *e)
{
    struct inspection look = { .gone = false };

    if (!text_copy(look.name, sizeof look.name, name_or_path)) {
        error_set(e, ERROR_INPUT, "the path of %.150s is too long", name_or_path);
        return NULL;
    }
    if (wish)
        look.wish = *wish;
    return inspect_errand(look_at, &look, sizeof look, sizeof look, look.name, seconds, listener, e);
}

const struct inspection *inspect_found(const struct errand *r)
{
    return errand_paper(r);
}

/* Pages that are not written take no memory. */
enum { ENTRIES_MOST = 10000 };

struct listing {
    int count;
    struct catalogue_entry entries[ENTRIES_MOST];
};

static bool list(void *paper, struct error *e)
{
    struct listing *l = paper;
    struct catalogue c;

    if (!catalogue_list(&c, e))
        return false;
    bool fits = c.count <= ENTRIES_MOST;

    l->count = fits ? c.count : ENTRIES_MOST;
    memcpy(l->entries, c.entries, (size_t)l->count * sizeof *l->entries);
    catalogue_free(&c);
    return fits || error_set(e, ERROR_INPUT, "the folder of data sets has more than %d entries", ENTRIES_MOST);
}

struct errand *inspect_list_start(struct inspect_listener listener, struct error *e)
{
    return inspect_errand(list, NULL, 0, sizeof(struct listing), "the folder of data sets", INSPECT_SECONDS,
                          listener, e);
}

bool inspect_listed(const struct errand *r, struct catalogue *out, struct error *e)
{
    const struct listing *l = errand_paper(r);
    struct catalogue_entry *entries = memory_new((size_t)l->count, sizeof *entries, e);

    if (!entries)
        return false;
    memcpy(entries, l->entries, (size_t)l->count * sizeof *entries);
    *out = (struct catalogue){ .count = l->count, .entries = entries };
    return true;
}

void inspect_note(struct catalogue_entry *entry, const struct inspection *found, const struct error *why)
{
    entry->looked = true;
    entry->readable = why->kind == ERROR_NONE;
    entry->info = found->info;
    text_copy(entry->problem, sizeof entry->problem, entry->readable ? "" : why->text);
}

void inspect_entry(struct catalogue_entry *entry)
{
    static const struct inspection nothing;
    const double for_ever = 1e9; /* the look's own time ends before */
    struct error e;
    struct errand *r;

    if (entry->looked)
        return;
    r = inspect_start(entry->path, NULL, INSPECT_SECONDS, (struct inspect_listener){ NULL, NULL }, &e);
    if (r && errand_wait(r, for_ever, &e))
        inspect_note(entry, inspect_found(r), &e);
    else
        inspect_note(entry, &nothing, &e);
    errand_free(r);
}
