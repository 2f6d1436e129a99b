#include "run/device_search.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/text.h"

struct device_search {
    pthread_t thread;
    void (*found)(void *context);
    void *context;
    struct device devices[DEVICES_MAX]; /* the thread's own until it is over, as count and missing are */
    int count;
    char missing[256];
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t ended;
    bool over;
    bool abandoned; /* nobody waits for the thread any more: it frees this */
};

static const double patience = 1; /* seconds that free() waits for a driver */

static void free_search(struct device_search *s)
{
    pthread_cond_destroy(&s->ended);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static void *search(void *data)
{
    struct device_search *s = data;

    s->count = devices_list(s->devices, s->missing, sizeof s->missing);
    pthread_mutex_lock(&s->lock);
    s->over = true;
    bool abandoned = s->abandoned;
    if (!abandoned)
        s->found(s->context); /* under the lock: whoever is told is still there */
    pthread_cond_broadcast(&s->ended);
    pthread_mutex_unlock(&s->lock);
    if (abandoned)
        free_search(s);
    return NULL;
}

/* The signals are other threads' business. */
static bool start_thread(struct device_search *s)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&s->thread, NULL, search, s) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

struct device_search *device_search_start(void (*found)(void *context), void *context, struct error *e)
{
    struct device_search *s = memory_new(1, sizeof *s, e);
    pthread_condattr_t steady;

    if (!s)
        return NULL;
    s->found = found;
    s->context = context;
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_init(&steady);
    pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
    pthread_cond_init(&s->ended, &steady);
    pthread_condattr_destroy(&steady);
    if (start_thread(s))
        return s;
    free_search(s);
    error_set(e, ERROR_RUN, "cannot start a thread that looks for devices: the system's limit is reached");
    return NULL;
}

/* With the lock. */
static bool wait_until_over(struct device_search *s, double seconds)
{
    struct timespec until;
    bool late = seconds <= 0;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)((seconds - floor(seconds)) * 1e9);
    until.tv_sec += (time_t)floor(seconds) + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (!s->over && !late)
        late = pthread_cond_timedwait(&s->ended, &s->lock, &until) != 0;
    return s->over;
}

bool device_search_take(struct device_search *s, double seconds, struct device out[DEVICES_MAX], int *count,
                        char *missing, size_t size)
{
    pthread_mutex_lock(&s->lock);
    bool over = wait_until_over(s, seconds);
    pthread_mutex_unlock(&s->lock);
    if (!over)
        return false;
    memcpy(out, s->devices, (size_t)s->count * sizeof *out);
    *count = s->count;
    text_copy(missing, size, s->missing);
    return true;
}

void device_search_free(struct device_search *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    bool over = wait_until_over(s, patience);
    pthread_t thread = s->thread;
    s->abandoned = !over;
    pthread_mutex_unlock(&s->lock);
    if (!over) {
        pthread_detach(thread);
        return;
    }
    pthread_join(thread, NULL);
    free_search(s);
}
