#include "tui/state/past_runs.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"
#include "run/run_list.h"

static const double told_seconds = 0.1; /* between two rings */
static const double again_seconds = 2, again_times = 20; /* until the next look; as long as so many looks took */

/* The thread frees this where nobody waits for it any more. */
struct past_reader {
    void (*changed)(void *context);
    void *context;
    struct run_entry *before; /* [n_before] copies of what is known, in the order of their folders */
    int n_before;
    atomic_bool stopped;
    double begun, rung;
    pthread_mutex_t lock; /* protects what follows, and that `stopped` is set */
    pthread_cond_t ended;
    struct run_entry **found; /* that are new or changed, and were not taken yet */
    int n_found, room;
    struct run_list_folders folders; /* when it is over */
    struct error error;
    bool over;
};

static void free_entries(struct run_entry **entries, int count)
{
    for (int i = 0; i < count; i++)
        free(entries[i]);
    free(entries);
}

static void free_reader(struct past_reader *r)
{
    free_entries(r->found, r->n_found);
    run_list_free_folders(&r->folders);
    free(r->before);
    pthread_cond_destroy(&r->ended);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

/* Makes room for one more. False without memory. */
static bool has_room(struct run_entry ***entries, int count, int *room)
{
    struct run_entry **larger;

    if (count < *room)
        return true;
    larger = realloc(*entries, (size_t)(2 * count + 64) * sizeof *larger);
    if (!larger)
        return false;
    *entries = larger;
    *room = 2 * count + 64;
    return true;
}

static int by_folder(const void *folder, const void *entry)
{
    return strcmp(folder, ((const struct run_entry *)entry)->folder);
}

/* Hands an entry over; without memory it is left out until the next look. */
static void hand_over(struct past_reader *r, struct run_entry *entry)
{
    double now = clock_seconds();

    pthread_mutex_lock(&r->lock);
    if (has_room(&r->found, r->n_found, &r->room))
        r->found[r->n_found++] = entry;
    else
        free(entry);
    if (!r->stopped && now - r->rung >= told_seconds) {
        r->rung = now;
        r->changed(r->context);
    }
    pthread_mutex_unlock(&r->lock);
}

static void look_at(struct past_reader *r, const char *folder)
{
    const struct run_entry *known =
        r->n_before > 0 ? bsearch(folder, r->before, (size_t)r->n_before, sizeof *r->before, by_folder) : NULL;
    struct run_entry *entry = malloc(sizeof *entry);
    bool different = false;

    if (entry && known) {
        *entry = *known;
        different = run_entry_refresh(entry, &r->stopped);
    } else if (entry) {
        different = run_entry_look(entry, folder, &r->stopped);
    }
    if (different && !r->stopped)
        hand_over(r, entry);
    else
        free(entry);
}

static void *work(void *data)
{
    struct past_reader *r = data;
    struct run_list_folders folders;
    struct error e = { .kind = ERROR_NONE };
    bool listed = run_list_folders(&folders, NULL, &e);

    for (int i = 0; listed && i < folders.count && !r->stopped; i++)
        look_at(r, folders.paths[i]);
    pthread_mutex_lock(&r->lock);
    bool stopped = r->stopped;
    r->folders = folders;
    if (!listed)
        r->error = e;
    r->over = true;
    if (!stopped)
        r->changed(r->context); /* under the lock, so that the listener still exists */
    pthread_cond_broadcast(&r->ended);
    pthread_mutex_unlock(&r->lock);
    if (stopped)
        free_reader(r);
    return NULL;
}

static struct past_reader *start(const struct past_runs *p, const struct trainer_events *events, struct error *e)
{
    struct past_reader *r = memory_new(1, sizeof *r, e);
    pthread_t thread;

    if (!r)
        return NULL;
    r->changed = events->changed;
    r->context = events->context;
    r->begun = clock_seconds();
    pthread_mutex_init(&r->lock, NULL);
    thread_condition(&r->ended);
    r->before = memory_new((size_t)p->count, sizeof *r->before, e);
    for (int i = 0; r->before && i < p->count; i++)
        r->before[r->n_before++] = *p->entries[i];
    if (r->before && thread_start(&thread, work, r)) {
        pthread_detach(thread);
        return r;
    }
    if (r->before)
        error_set(e, ERROR_RUN, "cannot start a thread that looks at runs: the system's limit is reached");
    free_reader(r);
    return NULL;
}

static void stop(struct past_reader *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    bool over = r->over;
    r->stopped = true;
    pthread_mutex_unlock(&r->lock);
    if (over)
        free_reader(r);
}

void past_runs_close(struct past_runs *p)
{
    stop(p->reader);
    free_entries(p->entries, p->count);
    *p = (struct past_runs){ 0 };
}

void past_runs_look(struct past_runs *p, const struct trainer_events *events)
{
    struct error e;

    if (p->reader)
        return;
    p->reader = start(p, events, &e);
    if (!p->reader)
        p->error = e;
    p->next = clock_seconds() + again_seconds;
}

/* Where the folder is, or would be. */
static int place_of(const struct past_runs *p, const char *folder)
{
    int low = 0, high = p->count;

    while (low < high) {
        int middle = (low + high) / 2;

        if (strcmp(p->entries[middle]->folder, folder) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct past_runs *p, int place, const char *folder)
{
    return place < p->count && strcmp(p->entries[place]->folder, folder) == 0;
}

static void put(struct past_runs *p, struct run_entry *entry)
{
    int place = place_of(p, entry->folder);

    if (is_at(p, place, entry->folder)) {
        free(p->entries[place]);
    } else if (has_room(&p->entries, p->count, &p->room)) {
        memmove(p->entries + place + 1, p->entries + place, (size_t)(p->count++ - place) * sizeof *p->entries);
    } else {
        free(entry);
        return;
    }
    p->entries[place] = entry;
}

static void take_out(struct past_runs *p, int place)
{
    free(p->entries[place]);
    p->count--;
    memmove(p->entries + place, p->entries + place + 1, (size_t)(p->count - place) * sizeof *p->entries);
}

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Those whose folders were not there any more. */
static bool forget_gone(struct past_runs *p, struct run_list_folders *f)
{
    int before = p->count, kept = 0;

    if (f->count > 1)
        qsort(f->paths, (size_t)f->count, sizeof *f->paths, compare_paths);
    for (int i = 0, at = 0; i < p->count; i++) {
        while (at < f->count && strcmp(f->paths[at], p->entries[i]->folder) < 0)
            at++;
        if (at < f->count && strcmp(f->paths[at], p->entries[i]->folder) == 0)
            p->entries[kept++] = p->entries[i];
        else
            free(p->entries[i]);
    }
    p->count = kept;
    return kept != before;
}

static bool end_look(struct past_runs *p)
{
    struct past_reader *r = p->reader;
    bool different = !p->known || p->error.kind != r->error.kind;
    double now = clock_seconds();

    p->error = r->error;
    if (r->error.kind == ERROR_NONE)
        different |= forget_gone(p, &r->folders);
    p->known = true;
    p->next = now + (now - r->begun > again_seconds / again_times ? again_times * (now - r->begun) : again_seconds);
    free_reader(r);
    p->reader = NULL;
    return different;
}

bool past_runs_follow(struct past_runs *p, double seconds)
{
    struct past_reader *r = p->reader;
    double until = clock_seconds() + seconds;
    bool late = seconds <= 0, over, different;

    if (!r)
        return false;
    pthread_mutex_lock(&r->lock);
    while (!r->over && !late)
        late = !thread_wait_until(&r->ended, &r->lock, until);
    over = r->over;
    different = r->n_found > 0;
    for (int i = 0; i < r->n_found; i++)
        put(p, r->found[i]);
    r->n_found = 0;
    pthread_mutex_unlock(&r->lock);
    if (over)
        different |= end_look(p);
    p->version += different;
    return different;
}

void past_runs_changed(struct past_runs *p, const char *before, const char *folder)
{
    struct run_entry *entry = malloc(sizeof *entry);
    char path[PATH_SIZE]; /* `folder` may be that of an entry */
    int place = place_of(p, before);

    text_copy(path, sizeof path, folder);
    stop(p->reader); /* what it has found may be older */
    p->reader = NULL;
    if (is_at(p, place, before))
        take_out(p, place);
    if (entry && run_entry_look(entry, path, NULL))
        put(p, entry);
    else
        free(entry);
    p->version++;
}

const struct run_entry *past_runs_find(const struct past_runs *p, const char *folder)
{
    int place = place_of(p, folder);

    return is_at(p, place, folder) ? p->entries[place] : NULL;
}
