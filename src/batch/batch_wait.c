#include "batch/batch_wait.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "base/thread.h"
#include "batch/batch_queue.h"
#include "host/slurm_program.h"

static const double seconds_to_look = 1, seconds_to_ask = 10, patience_seconds = 10;

struct batch_wait {
    char number[BATCH_NUMBER_SIZE], run[PATH_SIZE];
    void (*changed)(void *context);
    void *context;
    int stop; /* eventfd: nobody waits any more */
    double asked; /* clock_seconds(); 0: not yet */

    pthread_mutex_t lock; /* for what follows */
    struct batch_wait_view view;
    bool abandoned, over; /* the one who comes second frees this */
};

static void show(struct batch_wait *w, const struct batch_wait_view *view)
{
    pthread_mutex_lock(&w->lock);
    bool other = view->state != w->view.state || strcmp(view->reason, w->view.reason) != 0;

    w->view = *view;
    if (other && !w->abandoned)
        w->changed(w->context); /* under the lock, so that the listener still exists */
    pthread_mutex_unlock(&w->lock);
}

/* Its process tells of it, or it is over already. */
static bool has_begun(const struct batch_wait *w)
{
    char path[PATH_SIZE];

    return path_file_in(path, w->run, "recipe.ini") &&
           (path_file_in(path, w->run, "status.json") || path_file_in(path, w->run, "summary.json"));
}

/* "PENDING Priority", "RUNNING None". A state that squeue lists is that of a job which is still there, but for those
 * of a job that has just ended. */
static void judge(char *answer, struct batch_wait_view *view)
{
    static const char *const waits[] = { "PENDING",     "REQUEUED",  "REQUEUE_HOLD",
                                         "REQUEUE_FED", "SUSPENDED", "SPECIAL_EXIT" };
    static const char *const runs[] = { "RUNNING", "CONFIGURING", "COMPLETING", "SIGNALING", "STAGE_OUT", "RESIZING" };
    char *reason = strpbrk(answer, " \n");

    if (reason)
        *reason++ = '\0';
    view->state = BATCH_WAIT_OVER;
    view->reason[0] = '\0';
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        if (strcmp(answer, runs[i]) == 0)
            view->state = BATCH_WAIT_STARTED;
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        if (strcmp(answer, waits[i]) == 0) {
            view->state = BATCH_WAIT_QUEUED;
            text_sanitise(view->reason, sizeof view->reason, reason ? text_trim(reason) : "");
        }
    if (strcmp(view->reason, "None") == 0)
        view->reason[0] = '\0';
}

/* One that does not answer now may do so the next time; a job that it does not know is over. */
static void ask(struct batch_wait *w, struct batch_wait_view *view)
{
    const char *const words[] = { "squeue", "--noheader", "--jobs", w->number, "--format", "%T %r", NULL };
    const struct slurm_program squeue = { .words = words, .seconds = patience_seconds, .stop = w->stop };
    char answer[256];
    struct error e;

    if (slurm_program_run(&squeue, answer, sizeof answer, &e))
        judge(text_trim(answer), view);
    else if (strstr(e.text, "Invalid job id"))
        *view = (struct batch_wait_view){ .state = BATCH_WAIT_OVER };
    w->asked = clock_seconds();
}

static void free_wait(struct batch_wait *w)
{
    if (w->stop >= 0)
        close(w->stop);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

static bool stopped(const struct batch_wait *w, double seconds)
{
    return poll(&(struct pollfd){ .fd = w->stop, .events = POLLIN }, 1, (int)(1000 * seconds)) == 1;
}

static void *work(void *wait)
{
    struct batch_wait *w = wait;
    struct batch_wait_view view = { .state = BATCH_WAIT_QUEUED };

    do {
        if (w->asked == 0 || clock_seconds() - w->asked >= seconds_to_ask)
            ask(w, &view);
        if (has_begun(w))
            view.state = BATCH_WAIT_BEGAN;
        show(w, &view);
    } while (view.state != BATCH_WAIT_BEGAN && view.state != BATCH_WAIT_OVER && !stopped(w, seconds_to_look));

    pthread_mutex_lock(&w->lock);
    bool second = w->abandoned;

    w->over = true;
    pthread_mutex_unlock(&w->lock);
    if (second)
        free_wait(w);
    return NULL;
}

struct batch_wait *batch_wait_start(const char *number, const char *run, void (*changed)(void *context), void *context,
                                    struct error *e)
{
    struct batch_wait *w = memory_new(1, sizeof *w, e);
    pthread_t thread;

    if (!w)
        return NULL;
    pthread_mutex_init(&w->lock, NULL);
    w->changed = changed;
    w->context = context;
    w->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->stop < 0) {
        error_set_errno(e, "cannot open an event descriptor");
    } else if (!text_copy(w->number, sizeof w->number, number) || !text_copy(w->run, sizeof w->run, run)) {
        error_set(e, ERROR_INPUT, "the path %.60s… is too long", run);
    } else if (thread_start(&thread, work, w)) {
        pthread_detach(thread);
        return w;
    } else {
        error_set(e, ERROR_RUN, "cannot start a thread that waits for the job: the system's limit is reached");
    }
    free_wait(w);
    return NULL;
}

void batch_wait_look(struct batch_wait *w, struct batch_wait_view *out)
{
    pthread_mutex_lock(&w->lock);
    *out = w->view;
    pthread_mutex_unlock(&w->lock);
}

void batch_wait_free(struct batch_wait *w)
{
    if (!w)
        return;
    eventfd_write(w->stop, 1);
    pthread_mutex_lock(&w->lock);
    bool second = w->over;

    w->abandoned = true;
    pthread_mutex_unlock(&w->lock);
    if (second)
        free_wait(w);
}
