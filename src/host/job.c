#include "host/job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"

void job_read(struct job *out)
{
    const char *id = getenv("SLURM_JOB_ID"), *node = getenv("SLURMD_NODENAME"), *end = getenv("SLURM_JOB_END_TIME");
    double seconds;

    *out = (struct job){ .inside = id && id[0] != '\0' };
    if (out->inside)
        text_copy(out->id, sizeof out->id, id);
    if (node)
        text_copy(out->node, sizeof out->node, node);
    else
        gethostname(out->node, sizeof out->node - 1);
    if (out->inside && end && text_to_double(end, &seconds) && seconds > 0)
        out->end = seconds;
}

double job_seconds_left(const struct job *j)
{
    struct timespec now;

    if (j->end == 0 || clock_gettime(CLOCK_REALTIME, &now) != 0)
        return -1;
    double left = j->end - (double)now.tv_sec - (double)now.tv_nsec * 1e-9;
    return left > 0 ? left : 0;
}

struct job_question {
    pid_t squeue; /* 0: it has ended */
    int output;
    double asked; /* clock_seconds() */
    char answer[128];
    size_t length;
    bool complete;
};

static const double patience_seconds = 30;

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

/* Asks for the time left, not for the end, whose time zone and format depend on the environment. */
static bool spawn(pid_t *squeue, const char *id, int output)
{
    char *const arguments[] = { "squeue", "--noheader", "--jobs", (char *)id, "--format", "%L", NULL };
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

struct job_question *job_question_ask(const struct job *job)
{
    struct error ignored;
    struct job_question *q = job->inside && job->end == 0 ? memory_new(1, sizeof *q, &ignored) : NULL;
    int ends[2];

    if (!q)
        return NULL;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        free(q);
        return NULL;
    }
    bool spawned = fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 && spawn(&q->squeue, job->id, ends[1]);
    close(ends[1]);
    q->output = ends[0];
    q->asked = clock_seconds();
    if (spawned)
        return q;
    q->squeue = 0;
    job_question_free(q);
    return NULL;
}

/* Parses "1-02:03:04", "2:03:04" or "3:04"; false for "UNLIMITED" and the like. */
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
    return *end == '\n' || *end == '\0';
}

/* An answer that does not fit is not a time, and its rest is dropped. */
static void read_answer(struct job_question *q)
{
    char piece[sizeof q->answer];
    ssize_t n;

    while ((n = read(q->output, piece, sizeof piece)) > 0 || (n < 0 && errno == EINTR))
        for (ssize_t i = 0; i < n; i++)
            if (q->length++ < sizeof q->answer - 1)
                q->answer[q->length - 1] = piece[i];
    q->complete = n == 0 || errno != EAGAIN;
}

static void heed_answer(const struct job_question *q, struct job *job)
{
    struct timespec now;
    double left;

    if (q->length < sizeof q->answer && seconds_of(q->answer, &left) && clock_gettime(CLOCK_REALTIME, &now) == 0)
        job->end = (double)now.tv_sec + left;
}

static void reap(struct job_question *q)
{
    if (q->squeue > 0 && waitpid(q->squeue, NULL, WNOHANG) != 0)
        q->squeue = 0;
}

bool job_question_take(struct job_question *q, struct job *job)
{
    if (!q->complete) {
        read_answer(q);
        if (q->complete)
            heed_answer(q, job);
    }
    if (q->complete)
        reap(q);
    return q->squeue == 0 || clock_seconds() - q->asked > patience_seconds;
}

int job_question_descriptor(const struct job_question *q)
{
    return q->output;
}

/* A process that waits for a file system cannot be killed; nobody waits for it. */
void job_question_free(struct job_question *q)
{
    if (!q)
        return;
    if (q->squeue > 0) {
        kill(q->squeue, SIGKILL);
        reap(q);
    }
    close(q->output);
    free(q);
}
