#include "cli/compare_train.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/child.h"
#include "base/fork.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/headless.h"
#include "cli/held_output.h"
#include "host/job.h"
#include "host/login_node.h"
#include "run/compare/comparison_failure.h"
#include "run/compare/comparison_file.h"
#include "run/compare/comparison_next.h"
#include "run/devices.h"
#include "run/go_on.h"

/* A run that trains now. */
struct child {
    pid_t process;
    int entry;
    struct held_output output; /* of a race: others print, too */
};

struct session {
    const struct comparison *c;
    const struct compare_training *options;
    struct comparison_result *results;
    struct comparison_turn *turns;
    bool *given_up;
    struct child *children;
    int running, begun;
    int signals; /* a signalfd */
    sigset_t before;
    int stopped_by; /* a signal, or 0 */
    bool stopped;   /* one of the runs was */
    int failed;
};

static const int forwarded[] = { SIGTERM, SIGINT, SIGQUIT, SIGXCPU, SIGALRM, SIGUSR1, SIGUSR2 };

void compare_train_read(const struct comparison *c, struct comparison_result *results)
{
    for (int i = 0; i < c->count; i++) {
        comparison_result_free(&results[i]);
        comparison_result_read(&results[i], c->entries[i].folder);
    }
}

/* All that a process of its own says is its exit code and an error, which comes through a pipe. */
static void look_for_devices(const struct comparison *c, int to)
{
    struct error e = { .kind = ERROR_NONE };
    struct device device;

    for (int i = 0; i < c->count && e.kind == ERROR_NONE; i++)
        if (devices_choose(c->entries[i].device, &device, &e))
            e.kind = ERROR_NONE;
    _exit(write(to, &e, sizeof e) == sizeof e ? 0 : 1);
}

static bool fork_failed(struct error *e)
{
    return error_set_errno(e, "cannot start a process");
}

bool compare_train_check(const struct comparison *c, struct error *e)
{
    struct error found;
    const pid_t own = getpid();
    int ends[2];
    pid_t process;
    bool told;

    if (pipe(ends) != 0)
        return fork_failed(e);
    fflush(stdout);
    process = fork_process();
    if (process == 0) {
        child_follow(own, SIGKILL);
        look_for_devices(c, ends[1]);
    }
    close(ends[1]);
    told = process > 0 && read(ends[0], &found, sizeof found) == sizeof found;
    close(ends[0]);
    if (process < 0)
        return fork_failed(e);
    while (waitpid(process, NULL, 0) < 0 && errno == EINTR)
        ;
    if (!told)
        return error_set(e, ERROR_DEVICE, "the devices cannot be asked for: a driver ended the process that did");
    if (found.kind == ERROR_NONE)
        return true;
    *e = found;
    return false;
}

static void tell_failure(const struct comparison *c, int entry, const struct error *e)
{
    char text[sizeof e->text];

    text_sanitise(text, sizeof text, e->text);
    fprintf(stderr, "cuvette: %s: %s\n", c->entries[entry].label, text);
}

static void keep_failure(const struct comparison *c, int entry, const char *why)
{
    struct error e;

    if (!comparison_failure_keep(c, entry, why, &e))
        tell_failure(c, entry, &e);
}

/* In the child. Exits with the code of its error, which it prints. */
static void train(const struct session *s, int entry, const struct comparison_turn *turn)
{
    const char *folder = s->c->entries[entry].folder;
    struct recipe *recipe = malloc(sizeof *recipe);
    struct error e = { .kind = ERROR_MEMORY, .text = "no memory for a recipe" };
    enum go_on go_on = GO_ON_BEGIN;
    char note[512] = "";

    comparison_failure_forget(s->c, entry);

    bool fine = recipe && comparison_recipe(s->c, entry, recipe, &e) &&
                go_on_look(folder, recipe, &go_on, note, sizeof note, &e);

    if (fine && go_on != GO_ON_DONE)
        fine = headless_train(&(struct headless_options){ .recipe = recipe,
                                                          .folder = folder,
                                                          .resume = go_on != GO_ON_BEGIN,
                                                          .again = go_on == GO_ON_AGAIN,
                                                          .last_epoch = turn->epochs,
                                                          .login_node = s->options->login_node,
                                                          .quiet = s->options->quiet },
                              &e);
    fflush(stdout);
    if (!fine)
        tell_failure(s->c, entry, &e);
    if (!fine && e.kind != ERROR_STOPPED)
        keep_failure(s->c, entry, e.text);
    _exit(fine ? 0 : error_exit_code(e.kind));
}

static void announce(const struct session *s, int entry, const struct comparison_turn *turn)
{
    const struct comparison *c = s->c;

    if (s->options->quiet)
        return;
    printf("%s%s, run %d of %d", s->begun > 0 && !c->race ? "\n" : "", c->entries[entry].label, entry + 1, c->count);
    if (turn->epochs < c->recipe.training.epochs)
        printf(", to epoch %d of %d", turn->epochs, c->recipe.training.epochs);
    putchar('\n');
}

static bool start(struct session *s, int entry, struct error *e)
{
    struct child *child = &s->children[s->running];
    const pid_t own = getpid();

    s->given_up[entry] = s->c->race; /* once alone */
    announce(s, entry, &s->turns[entry]);
    fflush(stdout);
    *child = (struct child){ .entry = entry };
    if (s->c->race && !held_output_open(&child->output, s->c->entries[entry].label, e))
        return false;
    child->process = fork_process();
    if (child->process == 0) {
        pthread_sigmask(SIG_SETMASK, &s->before, NULL);
        child_follow(own, SIGTERM); /* it saves what it has learned */
        close(s->signals);
        if (s->c->race)
            held_output_take(&child->output);
        train(s, entry, &s->turns[entry]);
    }
    if (s->c->race)
        held_output_leave(&child->output);
    if (child->process < 0) {
        held_output_close(&child->output);
        return fork_failed(e);
    }
    s->running++;
    s->begun++;
    return true;
}

static bool goes_on(const struct session *s)
{
    return !s->stopped && !s->stopped_by;
}

static void end(struct session *s, struct child *child, int status)
{
    bool fine = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    struct error killed;

    if (WIFEXITED(status) && WEXITSTATUS(status) == error_exit_code(ERROR_STOPPED))
        s->stopped = true;
    else if (!fine) {
        s->given_up[child->entry] = true;
        s->failed++;
    }
    if (WIFSIGNALED(status)) {
        error_set(&killed, ERROR_RUN, "its process was ended by SIG%s", sigabbrev_np(WTERMSIG(status)));
        tell_failure(s->c, child->entry, &killed);
        if (goes_on(s))
            keep_failure(s->c, child->entry, killed.text);
    }
    held_output_close(&child->output);
    *child = s->children[--s->running];
}

static void take_signal(struct session *s)
{
    struct signalfd_siginfo info;

    if (read(s->signals, &info, sizeof info) != sizeof info || info.ssi_signo == SIGCHLD)
        return;
    if (info.ssi_signo != SIGUSR1 && info.ssi_signo != SIGUSR2)
        s->stopped_by = (int)info.ssi_signo;
    for (int i = 0; i < s->running; i++)
        kill(s->children[i].process, (int)info.ssi_signo);
}

/* Until one of them has ended, or a signal came. */
static bool wait_for_children(struct session *s, struct error *e)
{
    struct pollfd wait[COMPARISON_MOST + 1] = { { .fd = s->signals, .events = POLLIN } };
    int status;

    for (int i = 0; i < s->running; i++)
        wait[i + 1] = (struct pollfd){ .fd = held_output_descriptor(&s->children[i].output), .events = POLLIN };
    if (poll(wait, (nfds_t)s->running + 1, -1) < 0 && errno != EINTR)
        return error_set_errno(e, "cannot wait for the runs");
    for (int i = 0; i < s->running; i++)
        if (wait[i + 1].revents)
            held_output_pass(&s->children[i].output);
    if (wait[0].revents)
        take_signal(s);
    for (int i = s->running - 1; i >= 0; i--)
        if (waitpid(s->children[i].process, &status, WNOHANG) > 0)
            end(s, &s->children[i], status);
    return true;
}

/* Looks where all are, and starts what may start. What could not be started in a race is not tried again. */
static bool start_next(struct session *s, struct error *e)
{
    const int together = s->c->race ? s->c->count : 1;
    int next;

    compare_train_read(s->c, s->results);
    if (!comparison_turns(s->c, s->results, s->given_up, s->turns, e))
        return false;
    while (s->running < together && (next = comparison_next(s->c, s->results, s->turns, s->given_up)) >= 0)
        if (!start(s, next, e))
            return false;
    return true;
}

static bool stopped(const struct session *s, struct error *e)
{
    char why[32] = "";

    if (s->stopped_by)
        snprintf(why, sizeof why, " by SIG%s", sigabbrev_np(s->stopped_by));
    return error_set(e, ERROR_STOPPED, "stopped%s; 'cuvette compare %s' goes on", why, s->c->folder);
}

/* Every process ends before this one does. */
static bool run_all(struct session *s, struct error *e)
{
    struct error of_waiting;
    bool good = true, any = true;

    while (good && any && goes_on(s)) {
        good = start_next(s, e);
        any = s->running > 0;
        while (s->running > 0)
            if (!wait_for_children(s, &of_waiting)) {
                *e = of_waiting;
                return false;
            }
    }
    compare_train_read(s->c, s->results);
    if (good && !goes_on(s))
        return stopped(s, e);
    if (good && s->failed > 0)
        return error_set(e, ERROR_RUN, "%d of %d runs failed, see above; 'cuvette compare %s' tries again", s->failed,
                         s->c->count, s->c->folder);
    return good;
}

static bool open_signals(struct session *s, struct error *e)
{
    sigset_t awaited;

    signal(SIGPIPE, SIG_IGN); /* the runs go on when nobody reads what is printed */
    sigemptyset(&awaited);
    sigaddset(&awaited, SIGCHLD);
    for (size_t i = 0; i < sizeof forwarded / sizeof *forwarded; i++) {
        struct sigaction action;

        if (sigaction(forwarded[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
            sigaddset(&awaited, forwarded[i]);
    }
    pthread_sigmask(SIG_BLOCK, &awaited, &s->before);
    s->signals = signalfd(-1, &awaited, SFD_CLOEXEC | SFD_NONBLOCK);
    return s->signals >= 0 || error_set_errno(e, "cannot watch for signals");
}

static void close_signals(struct session *s)
{
    for (size_t i = 0; s->stopped_by && i < sizeof forwarded / sizeof *forwarded; i++)
        signal(forwarded[i], SIG_IGN);
    if (s->signals >= 0)
        close(s->signals);
    pthread_sigmask(SIG_SETMASK, &s->before, NULL);
}

static bool may_train_here(const struct compare_training *o, struct error *e)
{
    struct job job;

    job_read(&job);
    return o->login_node || login_node_check(&job, e);
}

bool compare_train(const struct comparison *c, const struct compare_training *o, struct comparison_result *results,
                   struct error *e)
{
    struct session s = { .c = c, .options = o, .results = results, .signals = -1 };
    int claim = comparison_claim(c->folder, e);
    bool good = claim >= 0 && may_train_here(o, e) && (s.turns = memory_new((size_t)c->count, sizeof *s.turns, e)) &&
                (s.given_up = memory_new((size_t)c->count, sizeof *s.given_up, e)) &&
                (s.children = memory_new((size_t)c->count, sizeof *s.children, e));

    if (good) {
        good = open_signals(&s, e) && run_all(&s, e);
        close_signals(&s);
    }
    if (claim >= 0)
        close(claim);
    free(s.turns);
    free(s.given_up);
    free(s.children);
    return good;
}
