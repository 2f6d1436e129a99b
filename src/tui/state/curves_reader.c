#include "tui/state/curves_reader.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "base/thread.h"

struct curves_reader {
    char folder[PATH_SIZE];
    void (*read)(void *context);
    void *context;
    atomic_bool stopped; /* nobody waits for the thread any more: the thread frees this */
    struct curves curves; /* belongs to the thread until it is over, like the error */
    struct error error;
    pthread_mutex_t lock; /* protects `over`, and that `stopped` is set */
    pthread_cond_t ended;
    bool over;
};

static void free_reader(struct curves_reader *r)
{
    curves_free(&r->curves);
    pthread_cond_destroy(&r->ended);
    pthread_mutex_destroy(&r->lock);
    free(r);
}

static void *work(void *data)
{
    struct curves_reader *r = data;

    if (curves_read(&r->curves, r->folder, &r->stopped, &r->error))
        r->error.kind = ERROR_NONE;
    pthread_mutex_lock(&r->lock);
    bool stopped = r->stopped;
    r->over = true;
    if (!stopped)
        r->read(r->context); /* under the lock, so that the listener still exists */
    pthread_cond_broadcast(&r->ended);
    pthread_mutex_unlock(&r->lock);
    if (stopped)
        free_reader(r);
    return NULL;
}

struct curves_reader *curves_reader_start(const char *folder, void (*read)(void *context), void *context,
                                          struct error *e)
{
    struct curves_reader *r = memory_new(1, sizeof *r, e);
    pthread_t thread;

    if (!r)
        return NULL;
    text_copy(r->folder, sizeof r->folder, folder);
    r->read = read;
    r->context = context;
    pthread_mutex_init(&r->lock, NULL);
    thread_condition(&r->ended);
    if (thread_start(&thread, work, r)) {
        pthread_detach(thread);
        return r;
    }
    free_reader(r);
    error_set(e, ERROR_RUN, "cannot start a thread that reads curves: the system's limit is reached");
    return NULL;
}

const char *curves_reader_name(const struct curves_reader *r)
{
    return path_name(r->folder);
}

bool curves_reader_take(struct curves_reader *r, double seconds, struct curves *out, struct error *e)
{
    double until = clock_seconds() + seconds;
    bool late = seconds <= 0;

    pthread_mutex_lock(&r->lock);
    while (!r->over && !late)
        late = !thread_wait_until(&r->ended, &r->lock, until);
    bool over = r->over;
    pthread_mutex_unlock(&r->lock);
    if (!over)
        return false;
    *e = r->error;
    if (e->kind == ERROR_NONE) {
        curves_free(out);
        *out = r->curves;
        r->curves = (struct curves){ 0 };
    }
    return true;
}

void curves_reader_stop(struct curves_reader *r)
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
