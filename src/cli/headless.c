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
#include "cli/job_lines.h"
#include "cli/outcome.h"
#include "cli/progress.h"
#include "host/login_node.h"
#include "host/task.h"
#include "run/checkpoint.h"
#include "run/follower.h"
#include "run/mpi_plugin.h"
#include "run/run.h"

/* Signals are read with poll(). They are blocked in every thread, so that nothing runs in a handler. */
struct watch {
    int changed, signals; /* an eventfd that the trainer writes to; a signalfd */
    sigset_t awaited, before;
    int stopped_by; /* the signal, or 0 */
    struct job_lines job;
};

/* What a signal does to a run. Those that batch systems and shells send are here; what is wanted of a lost terminal is
 * that the run goes on. */
enum effect { GO_ON, SAVE, STOP };

static const struct {
    int number;
    enum effect effect;
} effects[] = {
    { SIGTERM, STOP }, { SIGINT, STOP },  { SIGQUIT, STOP }, { SIGXCPU, STOP }, { SIGALRM, STOP },
    { SIGUSR1, SAVE }, { SIGUSR2, SAVE }, { SIGHUP, GO_ON },
};

enum { EFFECTS = sizeof effects / sizeof *effects };

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

/* A signal that waits when the mask is taken off would end the program before its last word. */
static void watch_close(struct watch *watch)
{
    for (int i = 0; watch->stopped_by && i < EFFECTS; i++)
        signal(effects[i].number, SIG_IGN);
    if (watch->changed >= 0)
        close(watch->changed);
    if (watch->signals >= 0)
        close(watch->signals);
    pthread_sigmask(SIG_SETMASK, &watch->before, NULL);
    job_lines_end(&watch->job);
}

static bool watch_open(struct watch *watch, struct error *e)
{
    *watch = (struct watch){ .changed = -1, .signals = -1 };
    signal(SIGPIPE, SIG_IGN); /* the run goes on when nobody reads its output any more */

    sigemptyset(&watch->awaited);
    for (int i = 0; i < EFFECTS; i++)
        if (effects[i].effect == SAVE)
            sigaddset(&watch->awaited, effects[i].number);
        else
            add_unless_ignored(&watch->awaited, effects[i].number);
    pthread_sigmask(SIG_BLOCK, &watch->awaited, &watch->before);

    watch->changed = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    watch->signals = signalfd(-1, &watch->awaited, SFD_CLOEXEC | SFD_NONBLOCK);
    if (watch->changed >= 0 && watch->signals >= 0)
        return true;
    error_set_errno(e, "cannot watch for signals");
    watch_close(watch);
    return false;
}

static enum effect effect_of(int number)
{
    for (int i = 0; i < EFFECTS; i++)
        if (effects[i].number == number)
            return effects[i].effect;
    return GO_ON;
}

static void take_signal(struct watch *watch, struct run *run)
{
    struct signalfd_siginfo info;

    if (read(watch->signals, &info, sizeof info) != sizeof info)
        return;
    switch (effect_of((int)info.ssi_signo)) {
    case GO_ON:
        break;
    case SAVE:
        trainer_command(run_trainer(run), TRAINER_SNAPSHOT, 0);
        break;
    case STOP:
        watch->stopped_by = (int)info.ssi_signo;
        mpi_plugin_hurry();
        trainer_stop_soon(run_trainer(run));
        break;
    }
}

static bool watch_wait(struct watch *watch, struct run *run, struct error *e)
{
    struct pollfd wait[] = { { .fd = watch->changed, .events = POLLIN },
                             { .fd = watch->signals, .events = POLLIN },
                             { .fd = job_lines_descriptor(&watch->job), .events = POLLIN } };
    eventfd_t rings;

    if (poll(wait, sizeof wait / sizeof *wait, -1) < 0 && errno != EINTR)
        return error_set_errno(e, "cannot wait for the trainer");
    if (wait[0].revents)
        eventfd_read(watch->changed, &rings);
    if (wait[1].revents)
        take_signal(watch, run);
    return true;
}

/* Once each: training goes on, and a user who reads it can make room. */
static void tell_trouble(const struct run *run, struct epoch_lines *lines, struct error *told)
{
    struct error now, note;

    run_trouble(run, &now);
    note = now;
    if (now.kind != ERROR_NONE && strcmp(now.text, told->text) != 0) {
        text_append(note.text, sizeof note.text, "; training goes on");
        epoch_lines_note(lines, note.text);
    }
    if (now.kind == ERROR_NONE && told->kind != ERROR_NONE)
        epoch_lines_note(lines, "the run's folder has all of it again");
    *told = now;
}

static void tell_alerts(const struct run *run, struct epoch_lines *lines, int *told)
{
    struct alert list[ALERT_COUNT];

    for (int count = run_alerts_list(run_alerts(run), list); *told < count; ++*told)
        if (!alert_told[list[*told].kind])
            epoch_lines_note(lines, list[*told].text);
}

/* The commands of the user's: that of its end is just being run. */
static void tell_commands(const struct run *run)
{
    struct error e;

    if (!run_alerts_settle(run_alerts(run), &e))
        fprintf(stderr, "cuvette: note: %s\n", e.text);
}

/* Further signals change nothing while the run is saved: timeout(1) and batch systems send several. */
static bool follow(struct run *run, struct watch *watch, bool quiet, struct error *e)
{
    struct trainer *trainer = run_trainer(run);
    struct epoch_lines lines = epoch_lines_begin(trainer_recipe(trainer), run_epochs_before(run), !quiet);
    struct trainer_status status;
    struct error told = { .kind = ERROR_NONE };
    int alerts_told = 0;
    bool watched = true, over;

    do {
        trainer_status(trainer, &status);
        epoch_lines_update(&lines, trainer_means(trainer), trainer_epochs(trainer), &status);
        tell_trouble(run, &lines, &told);
        tell_alerts(run, &lines, &alerts_told);
        job_lines_update(&watch->job, run, &lines, &status);
        over = trainer_over(status.state);
    } while (!over && !watch->stopped_by && (watched = watch_wait(watch, run, e)));
    if (watched && (watched = run_wait(run))) {
        trainer_status(trainer, &status);
        epoch_lines_update(&lines, trainer_means(trainer), trainer_epochs(trainer), &status);
        tell_alerts(run, &lines, &alerts_told);
    } else if (watch->stopped_by) {
        error_set(e, ERROR_STOPPED, "stopped by SIG%s; a file system does not answer, so the last steps are not kept",
                  sigabbrev_np(watch->stopped_by));
    }
    epoch_lines_end(&lines);
    return watched;
}

static bool tell_outcome(const struct run *run, const struct watch *watch, const struct headless_options *o,
                         struct error *e)
{
    struct communicator_loss loss;

    return outcome_tell(run,
                        &(struct outcome){ .job = &watch->job,
                                           .stopped_by = watch->stopped_by,
                                           .last_epoch = o->last_epoch,
                                           .requeue = o->requeue,
                                           .together = o->communicator != NULL,
                                           .lost = mpi_plugin_lost(o->communicator, &loss),
                                           .quiet = o->quiet },
                        e);
}

/* Several tasks of a step train beside each other, and do not share their work. */
static void tell_task(const struct headless_options *o)
{
    struct task task = task_read();

    if (task.count > 1 && !o->communicator)
        printf("task %d of %d: trains by itself, as each of them does; 'srun --mpi=pmix' trains together\n",
               task.number, task.count);
}

static bool may_train_here(const struct headless_options *o, struct error *e)
{
    struct job job;

    job_read(&job);
    return o->login_node || login_node_check(&job, e);
}

static struct run_setup setup_of(const struct headless_options *o)
{
    return (struct run_setup){
        .recipe = o->recipe,
        .device = o->device,
        .communicator = o->communicator,
        .folder = o->folder,
        .resume = o->resume,
        .again = o->again,
        .last_epoch = o->last_epoch,
        .other_images = o->other_images,
        .commands = o->commands,
    };
}

static void tell_beginning(const struct run *run, const struct watch *watch, const struct headless_options *o)
{
    if (o->quiet)
        return;
    tell_task(o);
    epoch_lines_title(o->recipe, run_parameters(run), run_device(run), run_folder(run));
    if (o->communicator)
        epoch_lines_ranks(o->communicator, o->recipe);
    if (o->resume && !o->again)
        epoch_lines_gone_on(run_epochs_before(run), o->recipe->training.epochs);
    else
        epoch_lines_beginning(trainer_recipe(run_trainer(run)));
    epoch_lines_warnings(run_warnings(run));
    job_lines_check(&watch->job, run);
}

static void hurry(int number)
{
    (void)number;
    mpi_plugin_hurry();
}

/* What a launcher sends, it sends to all ranks: rank 0 tells the others what comes of it, unless it is lost. */
static bool follow_rank_0(const struct headless_options *o, struct error *e)
{
    const struct outcome_orphaned outcome = {
        .folder = o->folder,
        .steps_at_start = o->folder ? checkpoint_steps(o->folder) : 0, /* rank 0 waits: none is written meanwhile */
        .requeue = o->requeue,
    };
    struct run_setup setup = setup_of(o);
    struct communicator_loss loss;

    setup.follows = true;
    for (int i = 0; i < EFFECTS; i++)
        signal(effects[i].number, effects[i].effect == STOP ? hurry : SIG_IGN);
    if (follower_train(&setup, e))
        return true;
    if (mpi_plugin_lost(o->communicator, &loss) && loss.speaks && loss.rank == 0)
        outcome_tell_orphaned(&outcome, e);
    return false;
}

bool headless_train(const struct headless_options *o, struct error *e)
{
    struct run_setup setup = setup_of(o);
    struct watch watch;

    if (!may_train_here(o, e))
        return false;
    if (o->communicator && o->communicator->rank > 0)
        return follow_rank_0(o, e);
    if (!watch_open(&watch, e))
        return false;
    job_lines_begin(&watch.job, o->recipe->training.device);
    if (!o->quiet)
        job_lines_cut_off(o->resume ? o->folder : NULL);
    setup.gpus = watch.job.gpus;
    setup.events = (struct trainer_events){ .changed = ring, .context = &watch };

    struct run *run = run_start(&setup, e);
    if (!run) {
        watch_close(&watch);
        return false;
    }
    tell_beginning(run, &watch, o);

    bool fine = follow(run, &watch, o->quiet, e) && tell_outcome(run, &watch, o, e);
    tell_commands(run);
    run_close(run);
    watch_close(&watch);
    return fine;
}
