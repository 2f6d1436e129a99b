#include "base/errand.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "base/thread.h"

struct errand {
    bool (*work)(void *paper, struct error *e);
    void (*ended)(void *context);
    void *context;
    void *paper; /* of `size` bytes, and behind them whether a process has begun on it */
    size_t asked_size, size;
    struct guard_limits limits;
    char subject[PATH_SIZE];
    struct error error;   /* the thread's until it is over */
    pthread_mutex_t lock; /* protects everything below */
    pthread_cond_t changed;
    bool over;
    bool unwanted; /* the thread frees this */
};

static void destroy(struct errand *r)
{
    if (r->paper != MAP_FAILED)
        munmap(r->paper, r->size + 1);
    if (r->limits.stop > 0)
        close(r->limits.stop);
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

/* In the process: what an earlier one, which got nowhere, left on the paper is none of its findings. */
static bool begin_work(void *errand, struct error *e)
{
    const struct errand *r = errand;
    unsigned char *paper = r->paper;

    if (paper[r->size])
        memset(paper + r->asked_size, 0, r->size - r->asked_size);
    paper[r->size] = true;
    return r->work(paper, e);
}

static void *go(void *data)
{
    struct errand *r = data;
    struct error e = { .kind = ERROR_NONE };

    guard_run(begin_work, r, &r->limits, r->subject, &e);
    pthread_mutex_lock(&r->lock);
    r->error = e;
    r->over = true;
    bool unwanted = r->unwanted;
    if (!unwanted && r->ended)
        r->ended(r->context); /* under the lock, so that the listener still exists */
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    if (unwanted)
        destroy(r);
    return NULL;
}

static bool begin(struct errand *r, const struct errand_setup *setup, struct error *e)
{
    pthread_t thread;

    r->limits.stop = eventfd(0, EFD_CLOEXEC);
    if (r->limits.stop < 0)
        return error_set_errno(e, "cannot look at %s", setup->subject);
    r->paper = mmap(NULL, r->size + 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (r->paper == MAP_FAILED)
        return error_set_errno(e, "cannot look at %s", setup->subject);
    if (setup->asked_size > 0)
        memcpy(r->paper, setup->asked, setup->asked_size);
    if (!thread_start(&thread, go, r))
        return error_set(e, ERROR_RUN, "cannot start a thread to look at %s: the system's limit is reached",
                         setup->subject);
    pthread_detach(thread);
    return true;
}

struct errand *errand_start(const struct errand_setup *setup, struct error *e)
{
    struct errand *r = memory_new(1, sizeof *r, e);

    if (!r)
        return NULL;
    r->work = setup->work;
    r->ended = setup->ended;
    r->context = setup->context;
    r->paper = MAP_FAILED;
    r->asked_size = setup->asked_size;
    r->size = setup->size;
    r->limits = setup->limits;
    text_copy(r->subject, sizeof r->subject, setup->subject);
    pthread_mutex_init(&r->lock, NULL);
    thread_condition(&r->changed);
    if (begin(r, setup, e))
        return r;
    destroy(r);
    return NULL;
}

bool errand_wait(struct errand *r, double seconds, struct error *e)
{
    double until = clock_seconds() + seconds;
    bool late = seconds <= 0;

    pthread_mutex_lock(&r->lock);
    while (!r->over && !late)
        late = !thread_wait_until(&r->changed, &r->lock, until);
    bool over = r->over;
    if (over)
        *e = r->error;
    pthread_mutex_unlock(&r->lock);
    return over;
}

const void *errand_paper(const struct errand *r)
{
    return r->paper;
}

void errand_free(struct errand *r)
{
    ssize_t written;

    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    bool over = r->over;
    r->unwanted = !over;
    do
        written = over ? 0 : write(r->limits.stop, &(uint64_t){ 1 }, sizeof(uint64_t));
    while (written < 0 && errno == EINTR);
    pthread_mutex_unlock(&r->lock);
    if (over)
        destroy(r);
}
