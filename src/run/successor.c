#include "run/successor.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/child.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/thread.h"
#include "run/run_status.h"

enum { SAID_SIZE = 4096, WORDS_MOST = 8 };

struct successor {
    char folder[PATH_SIZE];
    struct successor_setup setup; /* but for its folder */
    pthread_mutex_t lock;         /* for what follows */
    bool settled, abandoned;      /* abandoned: nobody asks any more, the thread frees this */
    struct error error;
};

static int start(const struct successor *s, pid_t *child, int log)
{
    const struct run_commands *c = &s->setup.commands;
    const char *words[WORDS_MOST + 1] = { "cuvette", "resume" };
    int n = 2;

    if (s->setup.login_node)
        words[n++] = "--login-node";
    if (c->on_alert) {
        words[n++] = "--on-alert";
        words[n++] = c->on_alert;
    }
    if (c->on_end) {
        words[n++] = "--on-end";
        words[n++] = c->on_end;
    }
    words[n] = s->folder;
    return child_start_apart(child, "/proc/self/exe", (char *const *)words, environ, log);
}

/* The last line behind a place in the file: that of an error. */
static void take_last_line(int log, off_t from, char *out, size_t size)
{
    char text[SAID_SIZE];
    off_t end = lseek(log, 0, SEEK_END);
    size_t length = end > from ? (size_t)(end - from) : 0;

    if (length >= sizeof text) {
        length = sizeof text - 1;
        from = end - (off_t)length;
    }
    if (!file_read_at(log, text, length, from))
        length = 0;
    text[length] = '\0';

    char *said = text_trim(text), *line = strrchr(said, '\n');
    const char *last = line ? line + 1 : said, *ours = "cuvette: ";

    text_sanitise(out, size, strncmp(last, ours, strlen(ours)) == 0 ? last + strlen(ours) : last);
}

static void tell_end(int log, off_t from, int status, struct error *e)
{
    char said[SAID_SIZE];

    take_last_line(log, from, said, sizeof said);
    if (WIFSIGNALED(status))
        error_set(e, ERROR_RUN, "the new process was ended by SIG%s", sigabbrev_np(WTERMSIG(status)));
    else if (said[0])
        error_set(e, ERROR_RUN, "%s", said);
    else
        error_set(e, ERROR_RUN, "the new process ended with exit code %d", WEXITSTATUS(status));
}

static bool trains(const struct successor *s, pid_t child)
{
    struct run_status status;
    struct error ignored;
    bool there;

    return run_status_read(&status, s->folder, &there, &ignored) && status.process == child && !status.handed_over;
}

/* Nobody tells of either of two ends: it has begun, or it has ended. */
static void await_word(const struct successor *s, pid_t child, int log, off_t from, struct error *e)
{
    const struct timespec moment = { .tv_nsec = 20000000 };
    pid_t ended;
    int status;

    while ((ended = waitpid(child, &status, WNOHANG)) == 0 && !trains(s, child))
        nanosleep(&moment, NULL);
    if (ended == child && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
        tell_end(log, from, status, e);
}

static void hand_on(const struct successor *s, struct error *e)
{
    char path[PATH_SIZE];
    pid_t child;

    *e = (struct error){ .kind = ERROR_NONE };
    if (!path_join(path, s->folder, SUCCESSOR_LOG, e))
        return;

    int log = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0666);
    struct stat before;

    if (log < 0 || fstat(log, &before) != 0) {
        error_set_errno(e, "cannot write %s", path);
    } else {
        errno = start(s, &child, log);
        if (errno != 0)
            error_set_errno(e, "cannot start another process");
        else
            await_word(s, child, log, before.st_size, e);
    }
    if (log >= 0)
        close(log);
}

static void free_successor(struct successor *s)
{
    pthread_mutex_destroy(&s->lock);
    free(s);
}

static void *work(void *successor)
{
    struct successor *s = successor;
    struct error e;

    hand_on(s, &e);
    pthread_mutex_lock(&s->lock);
    s->error = e;
    s->settled = true;
    bool abandoned = s->abandoned;
    if (!abandoned && s->setup.changed)
        s->setup.changed(s->setup.context); /* under the lock, so that the listener still exists */
    pthread_mutex_unlock(&s->lock);
    if (abandoned)
        free_successor(s);
    return NULL;
}

struct successor *successor_start(const struct successor_setup *setup, struct error *e)
{
    struct successor *s = memory_new(1, sizeof *s, e);
    pthread_t thread;

    if (!s)
        return NULL;
    s->setup = *setup;
    pthread_mutex_init(&s->lock, NULL);
    if (!text_copy(s->folder, sizeof s->folder, setup->folder)) {
        error_set(e, ERROR_INPUT, "the path %.60s… is too long", setup->folder);
    } else if (thread_start(&thread, work, s)) {
        pthread_detach(thread);
        return s;
    } else {
        error_set(e, ERROR_RUN, "cannot start a thread for another process: the system's limit is reached");
    }
    free_successor(s);
    return NULL;
}

bool successor_settled(struct successor *s, struct error *e)
{
    pthread_mutex_lock(&s->lock);
    bool settled = s->settled;

    *e = s->error;
    pthread_mutex_unlock(&s->lock);
    return settled;
}

void successor_free(struct successor *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    bool settled = s->settled;

    s->abandoned = true;
    pthread_mutex_unlock(&s->lock);
    if (settled)
        free_successor(s);
}
