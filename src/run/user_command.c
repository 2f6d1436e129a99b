#include "run/user_command.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"

enum { WAITING_MOST = 8 };

struct user_commands {
    char log[PATH_SIZE];
    pthread_mutex_t lock;
    pthread_cond_t changed; /* with the lock: anything below */
    bool busy, closed;
    int count;
    struct user_command waiting[WAITING_MOST]; /* the first is the next */
    struct error error;
};

/* The environment, and the facts behind it, which win. free() it. */
static char **make_environment(struct user_command *c)
{
    size_t n = 0, kept = 0;

    while (environ[n])
        n++;
    char **made = calloc(n + (size_t)c->n_facts + 1, sizeof *made);

    for (size_t i = 0; made && i < n; i++) {
        bool replaced = false;

        for (int f = 0; f < c->n_facts; f++)
            replaced = replaced || strncmp(environ[i], c->facts[f], strcspn(c->facts[f], "=") + 1) == 0;
        if (!replaced)
            made[kept++] = environ[i];
    }
    for (int f = 0; made && f < c->n_facts; f++)
        made[kept++] = c->facts[f];
    return made;
}

static int open_log(const char *path)
{
    int log = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);

    return log >= 0 ? log : open("/dev/null", O_WRONLY | O_CLOEXEC);
}

static bool ended_well(const struct user_command *c, const char *log, int status, struct error *e)
{
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    if (WIFSIGNALED(status))
        return error_set(e, ERROR_RUN, "the command of %s was ended by SIG%s", c->option,
                         sigabbrev_np(WTERMSIG(status)));
    return error_set(e, ERROR_RUN, "the command of %s ended with exit code %d: see %s", c->option, WEXITSTATUS(status),
                     log);
}

static bool run(struct user_command *c, const char *path, struct error *e)
{
    int log = open_log(path), status = 0;
    char **environment = make_environment(c), *const words[] = { "sh", "-c", c->text, NULL };
    pid_t child;
    int number = log >= 0 && environment ? child_start_apart(&child, "/bin/sh", words, environment, log) : ENOMEM;

    free(environment);
    if (log >= 0)
        close(log);
    errno = number;
    if (number != 0)
        return error_set_errno(e, "the command of %s cannot be run", c->option);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return ended_well(c, path, status, e);
}

static void free_commands(struct user_commands *u)
{
    pthread_cond_destroy(&u->changed);
    pthread_mutex_destroy(&u->lock);
    free(u);
}

/* With the lock, which is given up meanwhile. */
static void run_first(struct user_commands *u)
{
    struct user_command first = u->waiting[0];
    struct error e = { .kind = ERROR_NONE };

    u->count--;
    memmove(u->waiting, u->waiting + 1, (size_t)u->count * sizeof *u->waiting);
    u->busy = true;
    pthread_mutex_unlock(&u->lock);
    bool fine = run(&first, u->log, &e);

    pthread_mutex_lock(&u->lock);
    u->busy = false;
    if (!fine)
        u->error = e;
    pthread_cond_broadcast(&u->changed);
}

static void *work(void *commands)
{
    struct user_commands *u = commands;

    pthread_mutex_lock(&u->lock);
    while (!u->closed || u->count > 0)
        if (u->count > 0)
            run_first(u);
        else
            pthread_cond_wait(&u->changed, &u->lock);
    pthread_mutex_unlock(&u->lock);
    free_commands(u); /* whoever closed it has let go */
    return NULL;
}

struct user_commands *user_commands_start(const char *log, struct error *e)
{
    struct user_commands *u = memory_new(1, sizeof *u, e);
    pthread_t thread;

    if (!u)
        return NULL;
    text_copy(u->log, sizeof u->log, log);
    pthread_mutex_init(&u->lock, NULL);
    thread_condition(&u->changed);
    if (thread_start(&thread, work, u)) {
        pthread_detach(thread);
        return u;
    }
    free_commands(u);
    error_set(e, ERROR_RUN, "cannot start a thread for the user's commands: the system's limit is reached");
    return NULL;
}

void user_commands_run(struct user_commands *u, const struct user_command *command)
{
    pthread_mutex_lock(&u->lock);
    if (u->count < WAITING_MOST)
        u->waiting[u->count++] = *command;
    pthread_cond_broadcast(&u->changed);
    pthread_mutex_unlock(&u->lock);
}

void user_commands_error(struct user_commands *u, struct error *out)
{
    pthread_mutex_lock(&u->lock);
    *out = u->error;
    pthread_mutex_unlock(&u->lock);
}

bool user_commands_wait(struct user_commands *u, double seconds, struct error *e)
{
    double until = clock_seconds() + seconds;
    bool in_time = true;

    pthread_mutex_lock(&u->lock);
    while (in_time && (u->busy || u->count > 0))
        in_time = thread_wait_until(&u->changed, &u->lock, until);
    *e = u->error;
    pthread_mutex_unlock(&u->lock);
    if (!in_time)
        return error_set(e, ERROR_RUN, "a command of the user's has not ended, and goes on by itself");
    return e->kind == ERROR_NONE;
}

void user_commands_close(struct user_commands *u)
{
    if (!u)
        return;
    pthread_mutex_lock(&u->lock);
    u->closed = true;
    pthread_cond_broadcast(&u->changed);
    pthread_mutex_unlock(&u->lock);
}
