#include "tui/state/fetching.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"

struct fetching_job {
    pthread_t thread;
    struct offer offer;
    struct trainer_events events;
    atomic_bool stop;
    pthread_mutex_t lock; /* protects everything below */
    pthread_cond_t ended;
    struct fetch_progress now;
    char note[512];
    struct error error; /* when it is over */
    bool over;
    bool abandoned; /* nobody waits for the thread any more: the thread frees this */
};

/* Seconds that the end of the program waits: a file system can hold the thread. */
static const double patience = 2;

static void free_job(struct fetching_job *j)
{
    pthread_cond_destroy(&j->ended);
    pthread_mutex_destroy(&j->lock);
    free(j);
}

static bool tell(void *context, const struct fetch_progress *now)
{
    struct fetching_job *j = context;

    pthread_mutex_lock(&j->lock);
    j->now = *now;
    pthread_mutex_unlock(&j->lock);
    return !atomic_load(&j->stop);
}

static void note(void *context, const char *text)
{
    struct fetching_job *j = context;

    pthread_mutex_lock(&j->lock);
    text_copy(j->note, sizeof j->note, text);
    pthread_mutex_unlock(&j->lock);
}

/* Such as a scratch that has more room. */
static void note_advice(struct fetching_job *j)
{
    char advice[sizeof j->note];
    struct error ignored;
    struct destination p;

    if (!destination_find(&p, j->offer.name, NULL, &ignored))
        return;
    destination_advise(&p, &j->offer, advice, sizeof advice);
    if (advice[0])
        note(j, advice);
}

static void *work(void *data)
{
    struct fetching_job *j = data;
    const struct fetch f = { .offer = &j->offer, .tell = tell, .note = note, .context = j };
    struct error e = { .kind = ERROR_NONE };

    note_advice(j);
    if (fetch_run(&f, &e))
        e.kind = ERROR_NONE;
    pthread_mutex_lock(&j->lock);
    j->error = e;
    j->over = true;
    bool abandoned = j->abandoned;
    if (!abandoned && j->events.changed)
        j->events.changed(j->events.context); /* under the lock, so that the listener still exists */
    pthread_cond_broadcast(&j->ended);
    pthread_mutex_unlock(&j->lock);
    if (abandoned)
        free_job(j);
    return NULL;
}

static void close_job(struct fetching_job *j)
{
    const double until = clock_seconds() + patience;
    bool late = false;

    atomic_store(&j->stop, true);
    pthread_mutex_lock(&j->lock);
    while (!j->over && !late)
        late = !thread_wait_until(&j->ended, &j->lock, until);
    bool over = j->over;
    pthread_t thread = j->thread;
    j->abandoned = !over;
    pthread_mutex_unlock(&j->lock);
    if (!over) {
        pthread_detach(thread);
        return;
    }
    pthread_join(thread, NULL);
    free_job(j);
}

void fetching_open(struct fetching *f, struct trainer_events events)
{
    *f = (struct fetching){ .events = events };
    if (offers_read(&f->offers, &f->list_error))
        f->list_error.kind = ERROR_NONE;
}

void fetching_close(struct fetching *f)
{
    if (f->job)
        close_job(f->job);
    f->job = NULL;
    offers_free(&f->offers);
}

bool fetching_start(struct fetching *f, const struct offer *o, struct error *e)
{
    if (f->going)
        return error_set(e, ERROR_USAGE, "%s is being fetched: one at a time", f->name);

    struct fetching_job *j = memory_new(1, sizeof *j, e);

    if (!j)
        return false;
    j->offer = *o;
    j->events = f->events;
    atomic_init(&j->stop, false);
    pthread_mutex_init(&j->lock, NULL);
    thread_condition(&j->ended);
    if (!thread_start(&j->thread, work, j)) {
        free_job(j);
        return error_set(e, ERROR_RUN, "cannot start a thread to fetch %s: the system's limit is reached", o->name);
    }
    if (f->job)
        close_job(f->job);
    f->job = j;
    text_copy(f->name, sizeof f->name, o->name);
    f->going = true;
    f->now = (struct fetch_progress){ .all = offer_bytes(o), .rate = -1, .left = -1 };
    f->note[0] = '\0';
    return true;
}

void fetching_stop(struct fetching *f)
{
    if (f->job)
        atomic_store(&f->job->stop, true);
}

int fetching_follow(struct fetching *f)
{
    struct fetching_job *j = f->job;
    int found = 0;

    if (!j || !f->going)
        return 0;
    pthread_mutex_lock(&j->lock);
    if (j->now.all > 0)
        f->now = j->now;
    if (strcmp(f->note, j->note) != 0)
        found |= FETCHING_NOTED;
    text_copy(f->note, sizeof f->note, j->note);
    f->error = j->error;
    if (j->over)
        found |= FETCHING_ENDED;
    f->going = !j->over;
    pthread_mutex_unlock(&j->lock);
    return found;
}

bool fetching_is_of(const struct fetching *f, const struct offer *o)
{
    return f->job && strcmp(f->name, o->name) == 0;
}
