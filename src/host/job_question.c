#include "host/job_question.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"

struct job_question {
    pthread_t thread;
    char id[sizeof((struct job *)0)->id];
    int told, stop; /* eventfds: the thread has ended its work, it is to end it */
    /* The thread's, until `over`. */
    char answer[128];
    size_t length;
    double answered; /* seconds since the epoch */
    pthread_mutex_t lock;
    bool over, abandoned; /* under the lock; abandoned: nobody waits any more, the thread frees this */
};

static const double patience_seconds = 30, farewell_seconds = 1;

/* Standard output goes to the pipe; standard input and error are /dev/null. */
static bool add_redirections(posix_spawn_file_actions_t *actions, int output)
{
    return posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) == 0 &&
           posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO) == 0 &&
           posix_spawn_file_actions_addopen(actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0;
}

/* In a process group of its own, so that it gets no signals from the terminal. */
static bool set_apart(posix_spawnattr_t *attributes)
{
    sigset_t none;

    sigemptyset(&none);
    return posix_spawnattr_setpgroup(attributes, 0) == 0 && posix_spawnattr_setsigmask(attributes, &none) == 0 &&
           posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK) == 0;
}

/* Asks for the time left and the time used, not for dates, whose time zone and format depend on the environment. */
static bool spawn(pid_t *squeue, const char *id, int output)
{
    char *const arguments[] = { "squeue", "--noheader", "--jobs", (char *)id, "--format", "%L %M", NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;

    if (posix_spawn_file_actions_init(&actions) != 0)
        return false;
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return false;
    }
    bool spawned = add_redirections(&actions, output) && set_apart(&attributes) &&
                   posix_spawnp(squeue, arguments[0], &actions, &attributes, arguments, environ) == 0;
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return spawned;
}

/* What does not fit is dropped. False at the end. */
static bool read_some(struct job_question *q, int output)
{
    char piece[sizeof q->answer];
    ssize_t n = read(output, piece, sizeof piece);

    for (ssize_t i = 0; i < n; i++)
        if (q->length++ < sizeof q->answer - 1)
            q->answer[q->length - 1] = piece[i];
    return n > 0 || (n < 0 && errno == EINTR);
}

static void read_answer(struct job_question *q, int output)
{
    struct pollfd waits[2] = { { .fd = output, .events = POLLIN }, { .fd = q->stop, .events = POLLIN } };
    double end = clock_seconds() + patience_seconds, left;

    while ((left = end - clock_seconds()) > 0 && waits[1].revents == 0) {
        poll(waits, 2, (int)ceil(1000 * left));
        if (waits[0].revents != 0 && !read_some(q, output)) {
            q->answered = (double)time(NULL);
            return;
        }
    }
    q->length = 0;
}

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

/* A process that waits for a file system cannot be killed: this thread alone waits for it, after its work. */
static void *ask(void *question)
{
    struct job_question *q = question;
    pid_t squeue = 0;
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) == 0) {
        bool spawned = spawn(&squeue, q->id, ends[1]);

        close(ends[1]);
        if (spawned)
            read_answer(q, ends[0]);
        else
            squeue = 0;
        close(ends[0]);
    }
    if (squeue > 0)
        kill(squeue, SIGKILL);
    if (end_work(q))
        free_question(q);
    if (squeue > 0)
        waitpid(squeue, NULL, 0);
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

    if (q->length == 0 || q->length >= sizeof q->answer)
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
