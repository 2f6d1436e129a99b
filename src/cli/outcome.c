#include "cli/outcome.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "batch/batch_queue.h"
#include "cli/epoch_lines.h"
#include "run/checkpoint.h"
#include "run/run_folder.h"

/* What is in the folder now, and what there was no time for. */
static void tell_kept(const struct run *run, const struct trainer_status *status, struct error *e)
{
    const unsigned long long all = status->steps;
    const char *folder = run_folder(run);
    struct recorder_checkpoint c;

    run_checkpoint(run, &c);
    if (!c.model_late)
        text_append(e->text, sizeof e->text, "what was learned is in %s", folder);
    else if (c.steps == status->steps)
        text_append(e->text, sizeof e->text, "there was no time to write model.h5 into %s", folder);
    else
        text_append(e->text, sizeof e->text, "there was no time to write all of it into %s", folder);
    if (!checkpoint_exists(folder))
        text_append(e->text, sizeof e->text, "%s", c.model_late ? ", and there is no checkpoint" : "");
    else if (c.steps < status->steps)
        text_append(e->text, sizeof e->text, ", the checkpoint has %llu of %llu steps", (unsigned long long)c.steps,
                    all);
}

/* A job that gets nowhere would come back for ever: it is queued again only where it learned something. */
static bool queued_again(const struct run *run, char *why_not, size_t size)
{
    struct error why;

    why_not[0] = '\0';
    if (!run_advanced(run) || !checkpoint_exists(run_folder(run)))
        return false;
    if (batch_queue_again(&why))
        return true;
    text_append(why_not, size, "; the job is not queued again: %s", why.text);
    return false;
}

/* What is lost each time at the same place would come back for ever, too: a new checkpoint says that it is not. */
static bool queued_after_loss(const struct run *run, const struct outcome *o, char *why_not, size_t size)
{
    struct recorder_checkpoint c;

    why_not[0] = '\0';
    run_checkpoint(run, &c);
    return o->requeue && o->lost && c.written > 0 && queued_again(run, why_not, size);
}

/* Of a run that another rank's failure ended. */
static void tell_going_on(const struct run *run, const struct trainer_status *status, const struct outcome *o,
                          struct error *e)
{
    char why_not[sizeof e->text];

    if (!run_kept(run) || !checkpoint_exists(run_folder(run)))
        return;
    text_append(e->text, sizeof e->text, "; ");
    tell_kept(run, status, e);
    if (queued_after_loss(run, o, why_not, sizeof why_not))
        text_append(e->text, sizeof e->text, ", and the job is queued again to go on with it");
    else
        text_append(e->text, sizeof e->text, ", and 'cuvette resume %s' goes on%s",
                    run_folder_known_as(run_folder(run)), why_not);
}

/* Rank 0 alone writes: what it has not written is gone. A newer checkpoint is what it must have come to before it was
 * lost, as of queued_after_loss(). */
void outcome_tell_orphaned(const struct outcome_orphaned *o, struct error *e)
{
    const uint64_t steps = o->folder ? checkpoint_steps(o->folder) : 0;
    const bool wanted = o->requeue && steps > o->steps_at_start;
    struct error why;

    if (steps > 0)
        text_append(e->text, sizeof e->text, "; its last checkpoint has %llu steps", (unsigned long long)steps);
    if (wanted && batch_queue_again(&why)) {
        text_append(e->text, sizeof e->text, ", and the job is queued again to go on with it");
        return;
    }
    if (steps > 0)
        text_append(e->text, sizeof e->text, ", and 'cuvette resume %s' goes on", run_folder_known_as(o->folder));
    else if (!o->folder)
        text_append(e->text, sizeof e->text, "; 'cuvette resume' goes on from the run's last checkpoint");
    if (wanted)
        text_append(e->text, sizeof e->text, "; the job is not queued again: %s", why.text);
}

/* `number`: of the signal, or 0. Who sent a command through the run's folder does not want the job again. */
static bool stopped(const struct run *run, const struct trainer_status *status, int number, bool requeue,
                    struct error *e)
{
    const char *folder = run_folder(run);
    bool by_command = number == 0 && !run_out_of_time(run);
    char why[48], why_not[sizeof e->text] = "";

    text_copy(why, sizeof why, by_command ? "stopped by a command" : "stopped as its job ends,");
    if (number > 0)
        snprintf(why, sizeof why, "stopped by SIG%s", sigabbrev_np(number));
    if (!run_kept(run))
        return error_set(e, ERROR_STOPPED, "%s before the first step; nothing is kept", why);
    if (status->steps == 0)
        return error_set(e, ERROR_STOPPED, "%s before it went on; %s is as it was", why, folder);
    error_set(e, ERROR_STOPPED, "%s in epoch %d of %d; ", why, status->epoch, status->epochs);
    tell_kept(run, status, e);
    if (requeue && !by_command && queued_again(run, why_not, sizeof why_not))
        text_append(e->text, sizeof e->text, ", and the job is queued again to go on with it");
    else if (checkpoint_exists(folder))
        text_append(e->text, sizeof e->text, ", and 'cuvette resume %s' goes on%s", run_folder_known_as(folder),
                    why_not);
    return false;
}

/* Left where it was to be left. */
static bool is_left_as_wanted(const struct outcome *o, const struct trainer_status *status)
{
    return status->state == TRAINER_STOPPED && o->stopped_by == 0 && o->last_epoch > 0 &&
           status->epoch == o->last_epoch;
}

bool outcome_tell(const struct run *run, const struct outcome *o, struct error *e)
{
    struct trainer_status status;
    struct error of_recorder;

    trainer_status(run_trainer(run), &status);
    if (status.state == TRAINER_FAILED) {
        *e = status.error;
        run_recorder_error(run, &of_recorder);
        if (of_recorder.kind != ERROR_NONE)
            text_append(e->text, sizeof e->text, "; %s", of_recorder.text);
        else if (o->together)
            tell_going_on(run, &status, o, e);
        return false;
    }
    run_recorder_error(run, e);
    if (e->kind != ERROR_NONE)
        return false;
    if (is_left_as_wanted(o, &status))
        return true;
    if (status.state == TRAINER_STOPPED && !o->quiet && run_advanced(run))
        job_lines_outcome(o->job, run, &status);
    if (status.state == TRAINER_STOPPED)
        return stopped(run, &status, o->stopped_by, o->requeue, e);
    if (!o->quiet) {
        epoch_lines_profile(run_trainer(run));
        epoch_lines_outcome(trainer_recipe(run_trainer(run)), &status, run_folder(run));
        job_lines_outcome(o->job, run, &status);
    }
    return true;
}
