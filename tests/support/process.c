#include "tests/support/process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"

enum { EXPECT_SECONDS = 120, FINISH_SECONDS = 300 };

static void become(const char *const argv[], const char *folder, const char *const environment[], int out, int err)
{
    int null = open("/dev/null", O_RDONLY);

    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that is killed leaves nobody behind */
    if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
        _exit(126);
    if (folder && chdir(folder) != 0)
        _exit(126);
    for (int i = 0; environment && environment[i]; i++)
        if (putenv((char *)environment[i]) != 0)
            _exit(126);
    execvp(argv[0], (char *const *)argv);
    _exit(127);
}

struct process *process_start(const char *const argv[], const char *folder, const char *const environment[])
{
    struct process *p = calloc(1, sizeof *p);
    int out[2], err[2];

    assert_non_null(p);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    assert_int_equal(pipe2(err, O_CLOEXEC), 0);
    p->pid = fork();
    assert_true(p->pid >= 0);
    if (p->pid == 0)
        become(argv, folder, environment, out[1], err[1]);
    close(out[1]);
    close(err[1]);
    p->out_pipe = out[0];
    p->err_pipe = err[0];
    return p;
}

/* False once the pipe is at its end. */
static bool take(int *pipe, char *text, size_t *size)
{
    char piece[4096];
    ssize_t got = read(*pipe, piece, sizeof piece);

    if (got < 0 && errno == EINTR)
        return true;
    if (got <= 0) {
        close(*pipe);
        *pipe = -1;
        return false;
    }

    size_t room = PROCESS_TEXT_MAX - 1 - *size, kept = (size_t)got < room ? (size_t)got : room;
    memcpy(text + *size, piece, kept);
    *size += kept;
    return true;
}

/* Reads what there is; false when both pipes are at their end. Kills the program when the time is over. */
static bool pump(struct process *p, double until)
{
    struct pollfd wait[2] = { { .fd = p->out_pipe, .events = POLLIN }, { .fd = p->err_pipe, .events = POLLIN } };
    double left = until - clock_seconds();

    if (left <= 0) {
        kill(p->pid, SIGKILL);
        fail_msg("the program took too long; it said:\n%s%s", p->out, p->err);
    }
    if (p->out_pipe < 0 && p->err_pipe < 0)
        return false;
    if (poll(wait, 2, (int)(left * 1000) + 1) < 0)
        assert_int_equal(errno, EINTR);
    if (wait[0].revents)
        take(&p->out_pipe, p->out, &p->out_size);
    if (wait[1].revents)
        take(&p->err_pipe, p->err, &p->err_size);
    return true;
}

void process_expect(struct process *p, const char *text)
{
    double until = clock_seconds() + EXPECT_SECONDS;

    while (!strstr(p->out, text))
        if (!pump(p, until))
            fail_msg("the program ended without '%s'; it said:\n%s%s", text, p->out, p->err);
}

void process_signal(const struct process *p, int number)
{
    assert_int_equal(kill(p->pid, number), 0);
}

void process_finish(struct process *p)
{
    double until = clock_seconds() + FINISH_SECONDS;
    int status;

    while (pump(p, until))
        ;
    while (waitpid(p->pid, &status, 0) < 0)
        assert_int_equal(errno, EINTR);
    p->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

void process_free(struct process *p)
{
    free(p);
}

static struct process *start(const char *folder, va_list words)
{
    const char *argv[PROCESS_WORDS_MAX + 2] = { getenv("CUVETTE_BINARY") };

    assert_non_null(argv[0]);
    for (int i = 1; (argv[i] = va_arg(words, const char *)); i++)
        assert_true(i <= PROCESS_WORDS_MAX);
    return process_start(argv, folder, NULL);
}

struct process *process_cuvette_start(const char *folder, ...)
{
    va_list words;

    va_start(words, folder);
    struct process *p = start(folder, words);
    va_end(words);
    return p;
}

struct process *process_cuvette(const char *folder, ...)
{
    va_list words;

    va_start(words, folder);
    struct process *p = start(folder, words);
    va_end(words);
    process_finish(p);
    return p;
}

void assert_holds(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("'%s' is not in '%s'", part, text);
}

void assert_succeeded(const struct process *p)
{
    if (p->exit_code != 0)
        fail_msg("exit code %d: %s%s", p->exit_code, p->out, p->err);
    assert_string_equal(p->err, "");
}

void assert_refused(struct process *p, int exit_code, const char *text)
{
    if (p->exit_code != exit_code)
        fail_msg("exit code %d, not %d: %s%s", p->exit_code, exit_code, p->out, p->err);
    assert_holds(p->err, text);
    assert_memory_equal(p->err, "cuvette: ", 9);
    assert_ptr_equal(strchr(p->err, '\n'), p->err + p->err_size - 1);
    process_free(p);
}
