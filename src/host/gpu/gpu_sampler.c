#include "host/gpu/gpu_sampler.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "base/thread.h"
#include "host/gpu/nvml.h"

struct gpu_sampler {
    pthread_t thread;
    char library[PATH_SIZE]; /* "": the node's own */
    struct gpu_readings fresh; /* belongs to the thread */
    pthread_mutex_t lock;      /* protects everything below */
    pthread_cond_t changed;
    bool stopping, ended;
    bool abandoned; /* nobody waits for the thread any more: the thread frees this */
    double seconds; /* from a snapshot to the next reading */
    double asked;   /* clock_seconds() when the reading under way began; 0: there is none */
    struct gpu_readings latest;
};

static const double patience = 2; /* seconds that gpu_sampler_stop() waits for a driver */

static void free_sampler(struct gpu_sampler *s)
{
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* Copies only the GPUs there are: on most nodes far fewer than GPUS_MAX. */
static void copy_readings(struct gpu_readings *to, const struct gpu_readings *from)
{
    memcpy(to, from, offsetof(struct gpu_readings, gpus) + (size_t)from->count * sizeof from->gpus[0]);
}

static void publish(struct gpu_sampler *s)
{
    pthread_mutex_lock(&s->lock);
    s->fresh.number = s->latest.number + 1;
    copy_readings(&s->latest, &s->fresh);
    s->asked = 0;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

/* Waits until the next reading is due, by the pace as it is now; false when the thread should end. */
static bool pause_reading(struct gpu_sampler *s)
{
    const double begun = clock_seconds();
    bool late = false;

    pthread_mutex_lock(&s->lock);
    while (!s->stopping && !late)
        late = !thread_wait_until(&s->changed, &s->lock, begun + s->seconds);
    bool go_on = !s->stopping;
    pthread_mutex_unlock(&s->lock);
    return go_on;
}

static void ask(struct gpu_sampler *s, struct nvml *n)
{
    pthread_mutex_lock(&s->lock);
    s->asked = clock_seconds();
    pthread_mutex_unlock(&s->lock);
    nvml_read(n, &s->fresh);
    publish(s);
}

static void end(struct gpu_sampler *s)
{
    pthread_mutex_lock(&s->lock);
    s->ended = true;
    bool abandoned = s->abandoned;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    if (abandoned)
        free_sampler(s);
}

static void *sample(void *data)
{
    struct gpu_sampler *s = data;
    struct error e;
    struct nvml *n = nvml_open(s->library[0] ? s->library : NULL, &e);

    if (n) {
        do
            ask(s, n);
        while (pause_reading(s));
        nvml_close(n);
    } else {
        text_copy(s->fresh.why_none, sizeof s->fresh.why_none, e.text);
        publish(s);
    }
    end(s);
    return NULL;
}

struct gpu_sampler *gpu_sampler_start(const char *library, double seconds, struct error *e)
{
    struct gpu_sampler *s = memory_new(1, sizeof *s, e);

    if (!s)
        return NULL;
    s->seconds = seconds;
    if (library && !text_copy(s->library, sizeof s->library, library)) {
        free(s);
        error_set(e, ERROR_DEVICE, "the NVML library's path is too long");
        return NULL;
    }
    pthread_mutex_init(&s->lock, NULL);
    thread_condition(&s->changed);
    if (thread_start(&s->thread, sample, s))
        return s;
    free_sampler(s);
    error_set(e, ERROR_RUN, "cannot start a thread for the GPUs' readings");
    return NULL;
}

void gpu_sampler_pace(struct gpu_sampler *s, double seconds)
{
    pthread_mutex_lock(&s->lock);
    s->seconds = seconds;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

uint64_t gpu_sampler_number(struct gpu_sampler *s)
{
    pthread_mutex_lock(&s->lock);
    uint64_t number = s->latest.number;
    pthread_mutex_unlock(&s->lock);
    return number;
}

void gpu_sampler_read(struct gpu_sampler *s, struct gpu_readings *out)
{
    pthread_mutex_lock(&s->lock);
    copy_readings(out, &s->latest);
    pthread_mutex_unlock(&s->lock);
}

double gpu_sampler_owed(struct gpu_sampler *s)
{
    pthread_mutex_lock(&s->lock);
    double owed = s->asked > 0 ? clock_seconds() - s->asked : 0;
    pthread_mutex_unlock(&s->lock);
    return owed;
}

bool gpu_sampler_wait(struct gpu_sampler *s, uint64_t number, double seconds)
{
    double until = clock_seconds() + seconds;
    bool late = false;

    pthread_mutex_lock(&s->lock);
    while (s->latest.number <= number && !s->ended && !late)
        late = !thread_wait_until(&s->changed, &s->lock, until);
    bool there = s->latest.number > number;
    pthread_mutex_unlock(&s->lock);
    return there;
}

void gpu_sampler_stop(struct gpu_sampler *s)
{
    double until = clock_seconds() + patience;
    bool late = false;

    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->stopping = true;
    pthread_cond_broadcast(&s->changed);
    while (!s->ended && !late)
        late = !thread_wait_until(&s->changed, &s->lock, until);
    s->abandoned = !s->ended;
    pthread_t thread = s->thread;
    bool ended = s->ended;
    pthread_mutex_unlock(&s->lock);
    if (!ended) {
        pthread_detach(thread);
        return;
    }
    pthread_join(thread, NULL);
    free_sampler(s);
}
