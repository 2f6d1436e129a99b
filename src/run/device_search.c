#include "run/device_search.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"

struct device_search {
    pthread_t thread;
    void (*found)(void *context);
    void *context;
    struct device devices[DEVICES_MAX]; /* belongs to the thread until it is over, like count and missing */
    int count;
    char missing[256];
    pthread_mutex_t lock; /* protects everything below */
    pthread_cond_t ended;
    bool over;
    bool abandoned; /* nobody waits for the thread any more: the thread frees this */
};

static const double patience = 1; /* seconds that device_search_free() waits for a driver */

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
        s->found(s->context); /* under the lock, so that the listener still exists */
    pthread_cond_broadcast(&s->ended);
    pthread_mutex_unlock(&s->lock);
    if (abandoned)
        free_search(s);
    return NULL;
}

struct device_search *device_search_start(void (*found)(void *context), void *context, struct error *e)
{
    struct device_search *s = memory_new(1, sizeof *s, e);

    if (!s)
        return NULL;
    s->found = found;
    s->context = context;
    pthread_mutex_init(&s->lock, NULL);
    thread_condition(&s->ended);
    if (thread_start(&s->thread, search, s))
        return s;
    free_search(s);
    error_set(e, ERROR_RUN, "cannot start a thread that looks for devices: the system's limit is reached");
    return NULL;
}

/* Call with the lock held. */
static bool wait_until_over(struct device_search *s, double seconds)
{
    double until = clock_seconds() + seconds;
    bool late = seconds <= 0;

    while (!s->over && !late)
        late = !thread_wait_until(&s->ended, &s->lock, until);
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
