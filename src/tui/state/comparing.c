#include "tui/state/comparing.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"
#include "nn/recipe/recipe_differences.h"
#include "run/compare/comparison_file.h"

static const double again_seconds = 1, again_times = 20; /* until the next look; as long as so many looks took */

/* The thread's own from its start to its end, but for what the lock is for. */
struct comparing_reader {
    struct trainer_events events;
    int n_folders;
    char folders[RECIPE_DIFFERENCES_MOST][PATH_SIZE]; /* of runs; one alone is a comparison's */
    struct comparison *comparison;                    /* does not change once it is told of */
    struct run_entry *seen;                           /* of each entry, to see what has changed */
    struct comparison_result *results;
    pthread_mutex_t lock; /* for all that follows */
    pthread_cond_t changed;
    atomic_bool stopped; /* nobody waits for the thread any more: it frees this */
    unsigned looks;
    struct comparison_table *table; /* that was not taken yet; NULL: nothing has changed */
    struct curves *curves;          /* of each entry, the same: those with a name */
    struct comparing_progress *progress; /* of each entry, when the table was made */
    bool going, over;
    struct error error;
};

static int entries_of(const struct comparing_reader *r)
{
    return r->comparison ? r->comparison->count : 0;
}

static void free_reader(struct comparing_reader *r)
{
    for (int i = 0; i < entries_of(r); i++) {
        if (r->results)
            comparison_result_free(&r->results[i]);
        if (r->curves)
            curves_free(&r->curves[i]);
    }
    free(r->seen);
    free(r->results);
    free(r->curves);
    free(r->progress);
    comparison_table_free(r->table);
    comparison_free(r->comparison);
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

static bool has_changed(struct comparing_reader *r, int entry)
{
    struct run_entry *seen = &r->seen[entry];
    const char *folder = r->comparison->entries[entry].folder;

    return seen->folder[0] ? run_entry_refresh(seen, &r->stopped) : run_entry_look(seen, folder, &r->stopped);
}

static void take_curves(struct comparing_reader *r, int entry)
{
    struct curves curves = { .name = "" };

    curves_begin(&curves, r->comparison->entries[entry].label, r->comparison->recipe.data.validation > 0);
    curves_take(&curves, &r->results[entry].curves);
    pthread_mutex_lock(&r->lock);
    curves_free(&r->curves[entry]);
    r->curves[entry] = curves;
    pthread_mutex_unlock(&r->lock);
}

/* Reads what has changed. False when nothing has. */
static bool look_at_entries(struct comparing_reader *r, bool *going)
{
    bool different = false;

    *going = false;
    for (int i = 0; i < r->comparison->count && !r->stopped; i++) {
        if (has_changed(r, i) || r->looks == 0) {
            comparison_result_free(&r->results[i]);
            comparison_result_read(&r->results[i], r->comparison->entries[i].folder);
            take_curves(r, i);
            different = true;
        }
        *going |= r->seen[i].folder[0] && r->seen[i].state == RUN_TRAINS;
    }
    return different;
}

/* The lock is held. */
static void note_progress(struct comparing_reader *r)
{
    for (int i = 0; i < r->comparison->count; i++)
        r->progress[i] = (struct comparing_progress){ r->results[i].there, r->results[i].state, r->results[i].epochs,
                                                      r->seen[i].planned };
}

static void tell(struct comparing_reader *r, struct comparison_table *table, bool going, const struct error *e)
{
    pthread_mutex_lock(&r->lock);
    if (table) {
        comparison_table_free(r->table);
        r->table = table;
        note_progress(r);
    }
    r->going = going;
    r->error = *e;
    r->looks++;
    pthread_cond_broadcast(&r->changed);
    if (!r->stopped)
        r->events.changed(r->events.context); /* under the lock, so that the listener still exists */
    pthread_mutex_unlock(&r->lock);
}

static void look(struct comparing_reader *r)
{
    struct error e = { .kind = ERROR_NONE };
    struct comparison_table *table = NULL;
    bool going, different = look_at_entries(r, &going);

    if (different || r->looks == 0)
        table = comparison_table_make(r->comparison, r->results, &e);
    if (table)
        e.kind = ERROR_NONE;
    if (table || e.kind != ERROR_NONE || going != r->going)
        tell(r, table, going, &e);
}

/* False with the reader's error. */
static bool prepare(struct comparing_reader *r, struct error *e)
{
    const char *folders[RECIPE_DIFFERENCES_MOST];

    for (int i = 0; i < r->n_folders; i++)
        folders[i] = r->folders[i];

    struct comparison *c = r->n_folders == 1 ? comparison_open(folders[0], e)
                                             : comparison_of_runs(folders, r->n_folders, e);
    size_t count = c ? (size_t)c->count : 0;

    if (!c)
        return false;
    r->seen = memory_new(count, sizeof *r->seen, e);
    r->results = memory_new(count, sizeof *r->results, e);
    r->curves = memory_new(count, sizeof *r->curves, e);
    r->progress = memory_new(count, sizeof *r->progress, e);
    if (!r->seen || !r->results || !r->curves || !r->progress) {
        comparison_free(c);
        return false;
    }
    r->comparison = c;
    return true;
}

static void *work(void *reader)
{
    struct comparing_reader *r = reader;
    struct error e;

    if (!prepare(r, &e))
        tell(r, NULL, false, &e);
    while (r->comparison && !r->stopped) {
        const double begun = clock_seconds();

        look(r);

        const double now = clock_seconds(), next = now + fmax(again_seconds, again_times * (now - begun));

        pthread_mutex_lock(&r->lock);
        while (!r->stopped && clock_seconds() < next)
            thread_wait_until(&r->changed, &r->lock, next);
        pthread_mutex_unlock(&r->lock);
    }
    pthread_mutex_lock(&r->lock);
    bool stopped = r->stopped;
    r->over = true;
    pthread_mutex_unlock(&r->lock);
    if (stopped)
        free_reader(r);
    return NULL;
}

static bool start(struct comparing *c, const char *const *folders, int count, const struct trainer_events *events,
                  struct error *e)
{
    struct comparing_reader *r = memory_new(1, sizeof *r, e);
    pthread_t thread;

    if (!r)
        return false;
    r->events = *events;
    r->n_folders = count;
    for (int i = 0; i < count; i++)
        text_copy(r->folders[i], PATH_SIZE, folders[i]);
    pthread_mutex_init(&r->lock, NULL);
    thread_condition(&r->changed);
    if (thread_start(&thread, work, r)) {
        pthread_detach(thread);
        *c = (struct comparing){ .reader = r };
        return true;
    }
    free_reader(r);
    return error_set(e, ERROR_RUN, "cannot start a thread that compares: the system's limit is reached");
}

bool comparing_runs(struct comparing *c, const char *const *folders, int count, const struct trainer_events *events,
                    struct error *e)
{
    if (count < 2 || count > RECIPE_DIFFERENCES_MOST)
        return error_set(e, ERROR_USAGE, "from 2 to %d runs can be compared, not %d", RECIPE_DIFFERENCES_MOST, count);
    return start(c, folders, count, events, e);
}

bool comparing_folder(struct comparing *c, const char *folder, const struct trainer_events *events, struct error *e)
{
    return start(c, &folder, 1, events, e);
}

void comparing_close(struct comparing *c)
{
    struct comparing_reader *r = c->reader;

    for (int i = 0; c->curves && i < c->comparison->count; i++)
        curves_free(&c->curves[i]);
    free(c->curves);
    free(c->progress);
    comparison_table_free(c->table);
    *c = (struct comparing){ .reader = NULL };
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    bool over = r->over;
    r->stopped = true;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    if (over)
        free_reader(r);
}

/* The reader's lock is held. */
static void take_fresh(struct comparing *c, struct comparing_reader *r)
{
    for (int i = 0; i < r->comparison->count; i++)
        if (r->curves[i].name[0]) {
            curves_free(&c->curves[i]);
            c->curves[i] = r->curves[i];
            r->curves[i] = (struct curves){ .name = "" };
        }
    comparison_table_free(c->table);
    c->table = r->table;
    r->table = NULL;
    memcpy(c->progress, r->progress, (size_t)r->comparison->count * sizeof *c->progress);
}

bool comparing_follow(struct comparing *c, double seconds)
{
    struct comparing_reader *r = c->reader;
    const double until = clock_seconds() + seconds;
    bool different, late = seconds <= 0;

    if (!r)
        return false;
    pthread_mutex_lock(&r->lock);
    while (r->looks == 0 && !late)
        late = !thread_wait_until(&r->changed, &r->lock, until);
    different = r->table || r->going != c->going || r->error.kind != c->error.kind;
    c->going = r->going;
    c->error = r->error;
    if (r->table && !c->curves)
        c->curves = memory_new((size_t)r->comparison->count, sizeof *c->curves, &c->error);
    if (r->table && !c->progress)
        c->progress = memory_new((size_t)r->comparison->count, sizeof *c->progress, &c->error);
    if (r->table && c->curves && c->progress) {
        c->comparison = r->comparison;
        take_fresh(c, r);
    }
    pthread_mutex_unlock(&r->lock);
    return different;
}
