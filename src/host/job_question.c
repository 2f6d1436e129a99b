#include "host/job_question.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"
#include "host/slurm_program.h"

struct job_question {
    pthread_t thread;
    char id[sizeof((struct job *)0)->id];
    int told, stop; /* eventfds: the thread has ended its work, it is to end it */
    /* The thread's, until `over`. */
    char answer[128];
    double answered; /* by clock_now() */
    pthread_mutex_t lock;
    bool over, abandoned; /* under the lock; abandoned: nobody waits any more, the thread frees this */
};

static const double patience_seconds = 30, farewell_seconds = 1;

/* True when it was the last to need the question. */
static bool end_work(struct job_question *q)
{
    pthread_mutex_lock(&q->lock);
    q->over = true;
    bool abandoned = q->abandoned;
    eventfd_write(q->told, 1);
    pthread_mutex_unlock(&q->lock);
    return abandoned;
}

static void free_question(struct job_question *q)
{
    if (q->told >= 0)
        close(q->told);
    if (q->stop >= 0)
        close(q->stop);
    pthread_mutex_destroy(&q->lock);
    free(q);
}

/* Asks for the time left and the time used, not for dates, whose time zone and format depend on the environment. */
static void *ask(void *question)
{
    struct job_question *q = question;
    const char *const words[] = { "squeue", "--noheader", "--jobs", q->id, "--format", "%L %M", NULL };
    const struct slurm_program squeue = { .words = words, .seconds = patience_seconds, .stop = q->stop };
    struct error ignored;

    if (!slurm_program_run(&squeue, q->answer, sizeof q->answer, &ignored))
        q->answer[0] = '\0';
    q->answered = clock_now();
    if (end_work(q))
        free_question(q);
    return NULL;
}

struct job_question *job_question_ask(const struct job *job)
{
    struct error ignored;
    struct job_question *q = job->inside && job->end == 0 ? memory_new(1, sizeof *q, &ignored) : NULL;

    if (!q)
        return NULL;
    text_copy(q->id, sizeof q->id, job->id);
    pthread_mutex_init(&q->lock, NULL);
    q->told = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    q->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (q->told >= 0 && q->stop >= 0 && thread_start(&q->thread, ask, q)) {
        pthread_detach(q->thread);
        return q;
    }
    free_question(q);
    return NULL;
}

/* Parses "1-02:03:04", "2:03:04" or "3:04", up to a blank or the line's end; false for "UNLIMITED" and the like. */
static bool seconds_of(const char *text, double *seconds)
{
    enum { HOURS_A_DAY = 24, SIXTY = 60 };
    double sum = 0;
    char *end;

    for (;; text = end + 1) {
        if (*text < '0' || *text > '9')
            return false;
        sum += (double)strtol(text, &end, 10);
        if (*end == '-')
            sum *= HOURS_A_DAY;
        else if (*end == ':')
            sum *= SIXTY;
        else
            break;
    }
    *seconds = sum;
    return *end == '\n' || *end == '\0' || *end == ' ';
}

/* An answer that does not fit is none. */
static void heed_answer(const struct job_question *q, struct job *job)
{
    const char *used = strchr(q->answer, ' ');
    double seconds;

    if (strlen(q->answer) + 1 == sizeof q->answer)
        return;
    if (seconds_of(q->answer, &seconds))
        job->end = q->answered + seconds;
    if (used && seconds_of(used + 1, &seconds))
        job->begin = q->answered - seconds;
}

bool job_question_take(struct job_question *q, struct job *job)
{
    pthread_mutex_lock(&q->lock);
    bool over = q->over;
    pthread_mutex_unlock(&q->lock);
    if (over)
        heed_answer(q, job);
    return over;
}

int job_question_descriptor(const struct job_question *q)
{
    return q->told;
}

static void wait_for(const struct job_question *q, double seconds)
{
    poll(&(struct pollfd){ .fd = q->told, .events = POLLIN }, 1, (int)(1000 * seconds));
}

void job_question_free(struct job_question *q)
{
    if (!q)
        return;
    eventfd_write(q->stop, 1);
    wait_for(q, farewell_seconds);
    pthread_mutex_lock(&q->lock);
    bool over = q->over;
    q->abandoned = true;
    pthread_mutex_unlock(&q->lock);
    if (over)
        free_question(q);
}

void job_question_settle(struct job *job, double seconds)
{
    struct job_question *q = job_question_ask(job);

    if (!q)
        return;
    wait_for(q, seconds);
    job_question_take(q, job);
    job_question_free(q);
}
