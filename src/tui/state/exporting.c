#include "tui/state/exporting.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"

static const double patience_seconds = 10;

struct exporting {
    char folder[PATH_SIZE], into[PATH_SIZE];
    struct export_wish wish;
    void (*written)(void *context);
    void *context;
    struct export_files files; /* belongs to the thread until it is over, like the error */
    struct error error;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t ended;
    bool over, left; /* left: nobody waits for the thread any more, which frees this */
};

static void free_exporting(struct exporting *x)
{
    pthread_cond_destroy(&x->ended);
    pthread_mutex_destroy(&x->lock);
    free(x);
}

static void *work(void *data)
{
    struct exporting *x = data;

    if (export_run(x->folder, &x->wish, &x->files, &x->error))
        x->error.kind = ERROR_NONE;
    pthread_mutex_lock(&x->lock);
    bool left = x->left;
    x->over = true;
    if (!left)
        x->written(x->context); /* under the lock, so that the listener still exists */
    pthread_cond_broadcast(&x->ended);
    pthread_mutex_unlock(&x->lock);
    if (left)
        free_exporting(x);
    return NULL;
}

struct exporting *exporting_start(const char *run_folder, const struct export_wish *wish,
                                  void (*written)(void *context), void *context, struct error *e)
{
    struct exporting *x = memory_new(1, sizeof *x, e);
    pthread_t thread;

    if (!x)
        return NULL;
    text_copy(x->folder, sizeof x->folder, run_folder);
    x->wish = *wish;
    if (wish->into) {
        text_copy(x->into, sizeof x->into, wish->into);
        x->wish.into = x->into;
    }
    x->written = written;
    x->context = context;
    pthread_mutex_init(&x->lock, NULL);
    thread_condition(&x->ended);
    if (thread_start(&thread, work, x)) {
        pthread_detach(thread);
        return x;
    }
    free_exporting(x);
    error_set(e, ERROR_RUN, "cannot start a thread that writes charts: the system's limit is reached");
    return NULL;
}

bool exporting_take(struct exporting *x, struct export_files *out, struct error *e)
{
    pthread_mutex_lock(&x->lock);
    bool over = x->over;
    pthread_mutex_unlock(&x->lock);
    if (!over)
        return false;
    *e = x->error;
    *out = x->files;
    return true;
}

void exporting_close(struct exporting *x)
{
    const double until = clock_seconds() + patience_seconds;
    bool late = false;

    if (!x)
        return;
    pthread_mutex_lock(&x->lock);
    while (!x->over && !late)
        late = !thread_wait_until(&x->ended, &x->lock, until);
    bool over = x->over;
    x->left = true;
    pthread_mutex_unlock(&x->lock);
    if (over)
        free_exporting(x);
}
