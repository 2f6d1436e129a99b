#include "cli/headless.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/text.h"
#include "cli/epoch_lines.h"
#include "cli/progress.h"
#include "run/run.h"

/* Signals are read with poll(). They are blocked in every thread, so that nothing runs in a handler. */
struct watch {
    int changed, signals; /* an eventfd that the trainer writes to; a signalfd */
    sigset_t stopping, before;
    int stopped_by; /* the signal, or 0 */
};

static void ring(void *context)
{
    const struct watch *watch = context;

    eventfd_write(watch->changed, 1);
}

/* A signal that was ignored when the program started (nohup, a background job) stays ignored. */
static void add_unless_ignored(sigset_t *set, int number)
{
    struct sigaction action;

    if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
        sigaddset(set, number);
}

static void watch_close(struct watch *watch)
{
    if (watch->changed >= 0)
        close(watch->changed);
    if (watch->signals >= 0)
        close(watch->signals);
    pthread_sigmask(SIG_SETMASK, &watch->before, NULL);
}

static bool watch_open(struct watch *watch, struct error *e)
{
    *watch = (struct watch){ .changed = -1, .signals = -1 };
    signal(SIGPIPE, SIG_IGN); /* the run goes on when nobody reads its output any more */
    signal(SIGUSR1, SIG_IGN); /* warnings that Slurm can send: they do not end a run */
    signal(SIGUSR2, SIG_IGN);

    sigemptyset(&watch->stopping);
    add_unless_ignored(&watch->stopping, SIGINT);
    add_unless_ignored(&watch->stopping, SIGTERM);
    add_unless_ignored(&watch->stopping, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &watch->stopping, &watch->before);

    watch->changed = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    watch->signals = signalfd(-1, &watch->stopping, SFD_CLOEXEC | SFD_NONBLOCK);
    if (watch->changed >= 0 && watch->signals >= 0)
        return true;
    error_set_errno(e, "cannot watch for signals");
    watch_close(watch);
    return false;
}

/* The first signal stops the run. After it SIGINT and SIGTERM, which are sent on purpose, have their usual effect. */
static void take_signal(struct watch *watch, struct trainer *trainer)
{
    struct signalfd_siginfo info;
    sigset_t deliberate;

    if (read(watch->signals, &info, sizeof info) != sizeof info || watch->stopped_by)
        return;
    watch->stopped_by = (int)info.ssi_signo;
    trainer_command(trainer, TRAINER_STOP, 0);

    sigemptyset(&deliberate);
    sigaddset(&deliberate, SIGINT);
    sigaddset(&deliberate, SIGTERM);
    pthread_sigmask(SIG_UNBLOCK, &deliberate, NULL);
}

static bool watch_wait(struct watch *watch, struct trainer *trainer, struct error *e)
{
    struct pollfd wait[2] = { { .fd = watch->changed, .events = POLLIN }, { .fd = watch->signals, .events = POLLIN } };
    eventfd_t rings;

    if (poll(wait, 2, -1) < 0 && errno != EINTR)
        return error_set_errno(e, "cannot wait for the trainer");
    if (wait[0].revents)
        eventfd_read(watch->changed, &rings);
    if (wait[1].revents)
        take_signal(watch, trainer);
    return true;
}

static bool follow(struct run *run, struct watch *watch, bool quiet, struct error *e)
{
    struct trainer *trainer = run_trainer(run);
    struct epoch_lines lines = epoch_lines_begin(trainer, !quiet);
    struct trainer_status status;

    for (;;) {
        trainer_status(trainer, &status);
        epoch_lines_update(&lines, &status);
        if (trainer_over(status.state))
            break;
        if (!watch_wait(watch, trainer, e)) {
            epoch_lines_end(&lines);
            return false;
        }
    }
    run_wait(run);
    epoch_lines_end(&lines);
    return true;
}

static bool stopped(const struct run *run, const struct trainer_status *status, int number, struct error *e)
{
    if (!run_kept(run))
        return error_set(e, ERROR_STOPPED, "stopped by SIG%s before the first step; nothing is kept",
                         sigabbrev_np(number));
    return error_set(e, ERROR_STOPPED, "stopped by SIG%s in epoch %d of %d; what was learned is in %s",
                     sigabbrev_np(number), status->epoch, status->epochs, run_folder(run));
}

static bool tell_outcome(const struct run *run, const struct watch *watch, bool quiet, struct error *e)
{
    struct trainer_status status;

    trainer_status(run_trainer(run), &status);
    if (status.state == TRAINER_FAILED) {
        *e = status.error;
        return false;
    }
    run_recorder_error(run, e);
    if (e->kind != ERROR_NONE)
        return false;
    if (status.state == TRAINER_STOPPED)
        return stopped(run, &status, watch->stopped_by, e);
    if (!quiet) {
        epoch_lines_profile(run_trainer(run));
        epoch_lines_outcome(trainer_recipe(run_trainer(run)), &status, run_folder(run));
    }
    return true;
}

bool headless_train(const struct headless_options *o, struct error *e)
{
    struct watch watch;

    if (!watch_open(&watch, e))
        return false;

    const struct run_setup setup = {
        .recipe = o->recipe,
        .folder = o->folder,
        .events = { .changed = ring, .context = &watch },
    };
    struct run *run = run_start(&setup, e);
    if (!run) {
        watch_close(&watch);
        return false;
    }
    if (!o->quiet) {
        epoch_lines_title(o->recipe, run_parameters(run), run_device(run), run_folder(run));
        epoch_lines_warnings(run_warnings(run));
    }

    bool fine = follow(run, &watch, o->quiet, e) && tell_outcome(run, &watch, o->quiet, e);
    run_close(run);
    watch_close(&watch);
    return fine;
}
