#include "base/chore.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/thread.h"

struct chore {
    struct chore_setup setup;
    void *data;
    struct error error;   /* the thread's until it is over */
    atomic_bool stopped;  /* it is asked to end, and tells nobody; set under the lock */
    pthread_mutex_t lock; /* protects everything below */
    pthread_cond_t ended;
    bool over;
    bool left; /* nobody waits for the thread any more: it frees this */
};

static void free_chore(struct chore *c)
{
    pthread_cond_destroy(&c->ended);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static void free_all(struct chore *c)
{
    c->setup.free(c->data);
    free_chore(c);
}

/* The lock is held, so that the listener still exists. */
static void tell(struct chore *c)
{
    if (!c->stopped && c->setup.changed)
        c->setup.changed(c->setup.context);
}

static void *go(void *chore)
{
    struct chore *c = chore;

    if (c->setup.work(c, c->data, &c->error))
        c->error.kind = ERROR_NONE;
    pthread_mutex_lock(&c->lock);
    c->over = true;
    tell(c);
    const bool left = c->left;
    pthread_cond_broadcast(&c->ended);
    pthread_mutex_unlock(&c->lock);
    if (left)
        free_all(c);
    return NULL;
}

struct chore *chore_start(const struct chore_setup *setup, void *data, struct error *e)
{
    struct chore *c = memory_new(1, sizeof *c, e);
    pthread_t thread;

    if (!c)
        return NULL;
    c->setup = *setup;
    c->data = data;
    pthread_mutex_init(&c->lock, NULL);
    thread_condition(&c->ended);
    if (thread_start(&thread, go, c)) {
        pthread_detach(thread);
        return c;
    }
    free_chore(c);
    error_set(e, ERROR_RUN, "cannot start a thread that %s: the system's limit is reached", setup->does);
    return NULL;
}

/* The lock is held. */
static bool is_over(struct chore *c, double seconds)
{
    const double until = clock_seconds() + seconds;
    bool late = seconds <= 0;

    while (!c->over && !late)
        late = !thread_wait_until(&c->ended, &c->lock, until);
    return c->over;
}

bool chore_wait(struct chore *c, double seconds, struct error *e)
{
    pthread_mutex_lock(&c->lock);
    const bool over = is_over(c, seconds);
    pthread_mutex_unlock(&c->lock);
    if (over)
        *e = c->error;
    return over;
}

void chore_stop(struct chore *c, double seconds)
{
    if (!c)
        return;
    pthread_mutex_lock(&c->lock);
    c->stopped = true;
    const bool over = is_over(c, seconds);
    c->left = true;
    pthread_mutex_unlock(&c->lock);
    if (over)
        free_all(c);
}

const atomic_bool *chore_stopped(const struct chore *c)
{
    return &c->stopped;
}

void chore_ring(struct chore *c)
{
    pthread_mutex_lock(&c->lock);
    tell(c);
    pthread_mutex_unlock(&c->lock);
}
