#include "base/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/fork.h"

/* What the child answers; small enough for a pipe to take it whole. */
struct answer {
    bool good;
    struct error error;
};

_Static_assert(sizeof(struct answer) <= 4096, "an answer is one write to a pipe: at most PIPE_BUF bytes");

/* A sanitizer's shadow memory counts as data, and there are terabytes of it. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { MEMORY_IS_COUNTED = false };
#else
enum { MEMORY_IS_COUNTED = true };
#endif

/* Bytes that the system counts for RLIMIT_DATA; 0: not known. */
static uint64_t data_bytes(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");

    if (!file)
        return 0;
    if (fscanf(file, "%*u %*u %*u %*u %*u %llu", &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void limit(int resource, uint64_t most)
{
    struct rlimit now;

    if (getrlimit(resource, &now) != 0)
        return;
    now.rlim_cur = now.rlim_max != RLIM_INFINITY && now.rlim_max < most ? now.rlim_max : most;
    setrlimit(resource, &now);
}

/* A crash must leave no core file and say nothing on the terminal, whose restoring is the parent's business. The
 * parent's files and pipes are closed: their readers wait for the end. */
static void become_quiet(int answers)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);

    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
    for (int descriptor = 0; nowhere >= 0 && descriptor <= 2; descriptor++)
        dup2(nowhere, descriptor);
    if (answers > 3)
        close_range(3, (unsigned)answers - 1, 0);
    close_range((unsigned)answers + 1, ~0u, 0);
    limit(RLIMIT_CORE, 0);
}

static _Noreturn void answer(bool (*work)(void *context, struct error *e), void *context,
                             const struct guard_limits *limits, int to)
{
    struct answer a = { .good = false };
    sigset_t none;
    ssize_t written;

    become_quiet(to);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (MEMORY_IS_COUNTED && limits->bytes > 0 && data_bytes() > 0)
        limit(RLIMIT_DATA, data_bytes() + limits->bytes);
    a.good = work(context, &a.error);
    do
        written = write(to, &a, sizeof a);
    while (written < 0 && errno == EINTR);
    _exit(0);
}

enum outcome { ANSWERED, DIED, LATE, STOPPED };

/* Whether the whole answer came before the time was over. */
static enum outcome receive(int from, struct answer *a, double until, int stop)
{
    size_t got = 0;

    while (got < sizeof *a) {
        struct pollfd wait[] = { { .fd = from, .events = POLLIN }, { .fd = stop, .events = POLLIN } };
        double left = until - clock_seconds();
        int ready = left > 0 ? poll(wait, stop > 0 ? 2 : 1, (int)ceil(left * 1e3)) : 0;

        if (ready < 0 && errno == EINTR)
            continue;
        if (ready <= 0)
            return ready == 0 ? LATE : DIED;
        if (wait[1].revents != 0)
            return STOPPED;
        ssize_t n = read(from, (char *)a + got, sizeof *a - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return DIED;
        got += (size_t)n;
    }
    return ANSWERED;
}

static int reap(pid_t child)
{
    int status = 0;

    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return status;
}

/* Libraries crash, too, where they get no memory. */
static bool is_short_of_addresses(void)
{
    struct rlimit now;

    return getrlimit(RLIMIT_AS, &now) == 0 && now.rlim_cur != RLIM_INFINITY;
}

static bool tell_death(const char *subject, int status, struct error *e)
{
    if (!WIFSIGNALED(status))
        return error_set(e, ERROR_INPUT, "%s could not be looked at: the process that did so ended early", subject);
    if (WTERMSIG(status) == SIGKILL)
        return error_set(e, ERROR_INPUT,
                         "%s was not read: the system killed the process that looked at it, most "
                         "likely for its memory",
                         subject);
    return error_set(e, ERROR_INPUT, "%s is damaged%s: reading it crashes (SIG%s)", subject,
                     is_short_of_addresses() ? ", or there is too little memory for it (ulimit -v)" : "",
                     sigabbrev_np(WTERMSIG(status)));
}

/* A sanitizer's allocator may be locked by another thread when the process forks; such a child never gets anywhere. */
#ifdef __SANITIZE_ADDRESS__
enum { TRIES = 4 };
#else
enum { TRIES = 1 };
#endif

struct look {
    bool (*work)(void *context, struct error *e);
    void *context;
    const struct guard_limits *limits;
};

/* Returns the child, and in *from the end of the pipe to read its answer from; -1 with errno where there is none. No
 * handler of ours may run in it. */
static pid_t start_child(const struct look *l, int *from)
{
    const pid_t own = getpid();
    sigset_t all, before;
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork_process();

    if (child == 0) {
        child_follow(own, SIGKILL);
        answer(l->work, l->context, l->limits, ends[1]);
    }

    int reason = errno;

    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(ends[1]);
    if (child < 0)
        close(ends[0]);
    *from = ends[0];
    errno = reason;
    return child;
}

/* *status: how the child ended, where it did by itself. False with an error where none can be started. */
static bool look(const struct look *l, struct answer *a, enum outcome *outcome, int *status, struct error *e)
{
    int from;
    pid_t child = start_child(l, &from);

    if (child < 0)
        return error_set_errno(e, "cannot start a process");
    *outcome = receive(from, a, clock_seconds() + l->limits->seconds / TRIES, l->limits->stop);
    close(from);
    if (*outcome == LATE || *outcome == STOPPED)
        child_end(child);
    else
        *status = reap(child);
    return true;
}

bool guard_run(bool (*work)(void *context, struct error *e), void *context, const struct guard_limits *limits,
               const char *subject, struct error *e)
{
    const struct look l = { work, context, limits };
    enum outcome outcome = LATE;
    struct answer a;
    int status = 0;

    for (int try = 0; try < TRIES && outcome == LATE; try++)
        if (!look(&l, &a, &outcome, &status, e))
            return error_context(e, "%s could not be looked at", subject);
    if (outcome == LATE)
        return error_set(e, ERROR_INPUT, "%s could not be read within %g seconds", subject, limits->seconds);
    if (outcome == STOPPED)
        return error_set(e, ERROR_STOPPED, "%s is not looked at any more", subject);
    if (outcome == DIED)
        return tell_death(subject, status, e);
    if (!a.good)
        *e = a.error;
    return a.good;
}

void *guard_share(size_t bytes, const char *subject, struct error *e)
{
    void *room = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (room != MAP_FAILED)
        return room;
    error_set_errno(e, "cannot read %s", subject);
    return NULL;
}
