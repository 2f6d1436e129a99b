#include "tui/state/contest.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/program.h"
#include "base/text.h"
#include "base/thread.h"
#include "batch/batch_script.h"
#include "run/compare/comparison_file.h"

extern char **environ;

/* The thread that waits for it frees this where nobody else does any more. */
struct contest_process {
    pid_t id;
    struct trainer_events events;
    pthread_mutex_t lock; /* protects what follows */
    bool over, left;
    int status; /* as waitpid() says it */
};

static void free_process(struct contest_process *p)
{
    pthread_mutex_destroy(&p->lock);
    free(p);
}

static void *wait_for_end(void *process)
{
    struct contest_process *p = process;
    siginfo_t ended;

    while (waitid(P_PID, (id_t)p->id, &ended, WEXITED | WNOWAIT) < 0 && errno == EINTR)
        ;
    pthread_mutex_lock(&p->lock);
    const bool left = p->left;
    p->over = true;
    waitpid(p->id, &p->status, 0); /* from here on its number can be another process's */
    if (!left)
        p->events.changed(p->events.context); /* under the lock, so that the listener still exists */
    pthread_mutex_unlock(&p->lock);
    if (left)
        free_process(p);
    return NULL;
}

/* A session of its own: a terminal that hangs up says nothing to it. */
static bool spawn(const struct contest *c, const char *program, const char *log, pid_t *id, struct error *e)
{
    /* Whoever starts it here was allowed to train on this node. */
    char *const words[] = { "cuvette", "compare", (char *)c->folder, "--quiet", "--login-node", NULL };
    const int output = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);

    if (output < 0)
        return error_set_errno(e, "cannot write %s", log);

    const int number = child_start_apart(id, program, words, environ, output);

    close(output);
    errno = number;
    return number == 0 || error_set_errno(e, "cannot start a process that compares");
}

/* Without a thread that waits for it, it is none of ours. */
static bool start(struct contest *c, const char *program, const char *log, struct error *e)
{
    struct contest_process *p = memory_new(1, sizeof *p, e);
    pthread_t thread;

    if (!p)
        return false;
    pthread_mutex_init(&p->lock, NULL);
    p->events = c->events;
    if (spawn(c, program, log, &p->id, e)) {
        if (thread_start(&thread, wait_for_end, p)) {
            pthread_detach(thread);
            c->process = p;
            return true;
        }
        child_end(p->id);
        error_set(e, ERROR_RUN, "cannot start a thread that waits for the comparison: the system's limit is reached");
    }
    free_process(p);
    return false;
}

bool contest_go_on(struct contest *c, const char *folder, struct error *e)
{
    char own[PATH_SIZE], log[PATH_SIZE];

    if (contest_going(c))
        return error_set(e, ERROR_USAGE, "a comparison trains: stop it first");
    if (!c->program && !program_path(own, e))
        return false;
    if (!path_join(log, folder, CONTEST_LOG, e))
        return false;
    text_copy(c->folder, sizeof c->folder, folder);
    c->stopped = false;
    return start(c, c->program ? c->program : own, log, e);
}

bool contest_begin(struct contest *c, const struct comparison_wish *wish, struct error *e)
{
    struct comparison *comparison = comparison_plan(wish, e);
    bool begun = comparison && comparison_create(comparison, NULL, e) && contest_go_on(c, comparison->folder, e);

    comparison_free(comparison);
    return begun;
}

bool contest_going(const struct contest *c)
{
    return c->process != NULL;
}

void contest_stop(struct contest *c)
{
    if (!contest_going(c))
        return;
    pthread_mutex_lock(&c->process->lock);
    if (!c->process->over) {
        c->stopped = true;
        kill(c->process->id, SIGTERM);
    }
    pthread_mutex_unlock(&c->process->lock);
}

/* The last line that it said. */
static void take_words(const struct contest *c, struct error *e)
{
    char path[PATH_SIZE], line[sizeof e->text], last[sizeof e->text] = "";
    struct error ignored;
    FILE *in = path_join(path, c->folder, CONTEST_LOG, &ignored) ? file_open_stream(path) : NULL;

    while (in && fgets(line, sizeof line, in))
        if (text_trim(line)[0])
            text_sanitise(last, sizeof last, text_trim(line));
    if (in)
        fclose(in);
    error_set(e, ERROR_RUN, "the comparison ended: %s", last[0] ? last : "it did not say why");
}

bool contest_ended(struct contest *c, struct error *e)
{
    struct contest_process *p = c->process;

    if (!p)
        return false;
    pthread_mutex_lock(&p->lock);
    const bool over = p->over;
    const int status = p->status;
    pthread_mutex_unlock(&p->lock);
    if (!over)
        return false;
    free_process(p);
    c->process = NULL;
    e->kind = ERROR_NONE;
    if (c->stopped && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM)
        return true; /* before it listened to signals, and so before it trained */
    if (WIFSIGNALED(status))
        error_set(e, ERROR_RUN, "the comparison was ended by SIG%s", sigabbrev_np(WTERMSIG(status)));
    else if (WEXITSTATUS(status) != 0 && !c->stopped)
        take_words(c, e);
    return true;
}

void contest_close(struct contest *c)
{
    struct contest_process *p = c->process;

    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    const bool over = p->over;
    p->left = true;
    pthread_mutex_unlock(&p->lock);
    if (over)
        free_process(p);
    c->process = NULL;
}
