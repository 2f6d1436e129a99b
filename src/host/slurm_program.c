#include "host/slurm_program.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"

enum { SAID_SIZE = 4096 };

struct talk {
    pid_t child;
    int input, output, errors; /* its ends that are ours; -1: closed */
    int life;                  /* readable when it has ended; -1: it has, or an old kernel does not tell */
    char said[SAID_SIZE];      /* on standard error */
};

static bool make_input(int *out, const char *text, struct error *e)
{
    size_t size = text ? strlen(text) : 0;

    *out = memfd_create("input", MFD_CLOEXEC);
    if (*out >= 0 && write(*out, text ? text : "", size) == (ssize_t)size && lseek(*out, 0, SEEK_SET) == 0)
        return true;
    return error_set_errno(e, "no memory for the job script");
}

static bool make_pipe(int ends[2], struct error *e)
{
    return pipe2(ends, O_CLOEXEC) == 0 || error_set_errno(e, "cannot make a pipe");
}

/* Variables of the job around this process would become wishes for the new one. */
static bool is_of_job(const char *variable)
{
    return (strncmp(variable, "SLURM_", 6) == 0 && strncmp(variable, "SLURM_CONF=", 11) != 0) ||
           strncmp(variable, "SLURMD_", 7) == 0;
}

/* The pointers alone are the caller's. */
static char **make_environment(bool outside, struct error *e)
{
    size_t count = 0, kept = 0;

    while (environ[count])
        count++;

    char **variables = memory_new(count + 1, sizeof *variables, e);

    for (size_t i = 0; variables && i < count; i++)
        if (!outside || !is_of_job(environ[i]))
            variables[kept++] = environ[i];
    return variables;
}

/* In a process group of its own, with no signal blocked but perhaps the one that ends jobs: the terminal's are not for
 * it. */
static bool set_apart(posix_spawnattr_t *attributes, bool outlives_job)
{
    sigset_t blocked, all;

    sigemptyset(&blocked);
    if (outlives_job)
        sigaddset(&blocked, SIGTERM);
    sigfillset(&all);
    return posix_spawnattr_setpgroup(attributes, 0) == 0 && posix_spawnattr_setsigmask(attributes, &blocked) == 0 &&
           posix_spawnattr_setsigdefault(attributes, &all) == 0 &&
           posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF) == 0;
}

/* 0, or why it could not be started. */
static int spawn(const struct slurm_program *p, struct talk *t, const int ends[3], char **environment)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failed = posix_spawn_file_actions_init(&actions);

    if (failed)
        return failed;
    failed = posix_spawnattr_init(&attributes);
    if (!failed) {
        for (int i = 0; !failed && i < 3; i++)
            failed = posix_spawn_file_actions_adddup2(&actions, ends[i], i);
        if (!failed && !set_apart(&attributes, p->outlives_job))
            failed = EINVAL;
        if (!failed)
            failed = posix_spawnp(&t->child, p->words[0], &actions, &attributes, (char *const *)p->words, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

static void close_all(const int *descriptors, int count)
{
    for (int i = 0; i < count; i++)
        if (descriptors[i] >= 0)
            close(descriptors[i]);
}

static bool not_started(const struct slurm_program *p, int why, struct error *e)
{
    errno = why;
    return why == ENOENT ? error_set(e, ERROR_INPUT, "there is no %s on this node: is it one of a Slurm cluster?",
                                     p->words[0])
                         : error_set_errno(e, "cannot start %s", p->words[0]);
}

static bool start(const struct slurm_program *p, struct talk *t, struct error *e)
{
    int out[2] = { -1, -1 }, err[2] = { -1, -1 };
    char **environment = make_environment(p->outside, e);
    bool ready = environment && make_input(&t->input, p->input, e) && make_pipe(out, e) && make_pipe(err, e);
    int failed = ready ? spawn(p, t, (const int[]){ t->input, out[1], err[1] }, environment) : 0;

    if (failed)
        not_started(p, failed, e);
    free(environment);
    close_all((const int[]){ t->input, out[1], err[1] }, 3);
    t->output = out[0];
    t->errors = err[0];
    if (ready && !failed) {
        t->life = (int)syscall(SYS_pidfd_open, t->child, 0);
        return true;
    }
    close_all((const int[]){ out[0], err[0] }, 2);
    return false;
}

static void close_end(int *end)
{
    close(*end);
    *end = -1;
}

/* What does not fit is dropped. */
static void take(int *from, char *to, size_t size)
{
    char piece[1024];
    ssize_t n = read(*from, piece, sizeof piece - 1);

    if (n > 0) {
        piece[n] = '\0';
        text_append(to, size, "%s", piece);
    } else if (n == 0 || errno != EINTR) {
        close_end(from);
    }
}

enum outcome { ENDED, LATE, STOPPED };

/* Until it has said all and has ended: one that hangs in the kernel may have closed its outputs before. */
static enum outcome listen_to(struct talk *t, double until, int stop, char *out, size_t size)
{
    while (t->output >= 0 || t->errors >= 0 || t->life >= 0) {
        struct pollfd wait[] = { { .fd = t->output, .events = POLLIN },
                                 { .fd = t->errors, .events = POLLIN },
                                 { .fd = t->life, .events = POLLIN },
                                 { .fd = stop > 0 ? stop : -1, .events = POLLIN } };
        double left = until - clock_seconds();

        if (left <= 0)
            return LATE;
        if (poll(wait, sizeof wait / sizeof *wait, (int)ceil(left * 1000)) < 0) {
            if (errno != EINTR)
                return LATE;
            continue;
        }
        if (wait[3].revents)
            return STOPPED;
        if (wait[0].revents)
            take(&t->output, out, size);
        if (wait[1].revents)
            take(&t->errors, t->said, sizeof t->said);
        if (wait[2].revents)
            close_end(&t->life);
    }
    return ENDED;
}

/* Its sentences, each once, without what stands before them: "sbatch: error: ". */
static void tell(const struct slurm_program *p, char *said, struct error *e)
{
    char *rest = said;

    error_set(e, ERROR_INPUT, "%s", "");
    for (char *line; (line = strsep(&rest, "\n"));) {
        char *sentence = strstr(line, "error: ");

        sentence = sentence ? sentence + strlen("error: ") : line;
        if (sentence[0] != '\0' && !strstr(e->text, sentence))
            text_append(e->text, sizeof e->text, "%s%s", e->text[0] ? "; " : "", sentence);
    }
    if (e->text[0] == '\0')
        error_set(e, ERROR_INPUT, "it failed and said nothing");
    error_context(e, "%s", p->words[0]);
}

/* One that hangs in the kernel cannot be ended, and nobody waits for it. */
static bool end(const struct slurm_program *p, struct talk *t, enum outcome outcome, struct error *e)
{
    int status = 0;

    if (outcome != ENDED) {
        child_end(t->child);
        close_all((const int[]){ t->output, t->errors, t->life }, 3);
        return outcome == STOPPED
                   ? error_set(e, ERROR_STOPPED, "%s is not waited for any more", p->words[0])
                   : error_set(e, ERROR_RUN, "%s did not answer within %.0f s", p->words[0], p->seconds);
    }
    while (waitpid(t->child, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    tell(p, t->said, e);
    return false;
}

bool slurm_program_run(const struct slurm_program *p, char *out, size_t size, struct error *e)
{
    struct talk talk = { .input = -1, .output = -1, .errors = -1, .life = -1 };

    out[0] = '\0';
    if (!start(p, &talk, e))
        return false;
    enum outcome outcome = listen_to(&talk, clock_seconds() + p->seconds, p->stop, out, size);

    return end(p, &talk, outcome, e);
}
