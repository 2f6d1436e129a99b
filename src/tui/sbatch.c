#include "tui/sbatch.h"

#include <stdio.h>
#include <string.h>

#include "base/atomic_file.h"
#include "base/text.h"
#include "batch/batch_defaults.h"
#include "run/run_folder.h"
#include "tui/app.h"
#include "tui/dialogs/dialog_ask.h"
#include "tui/dialogs/dialog_form.h"
#include "tui/dialogs/dialog_text.h"
#include "tui/script_view.h"
#include "tui/watching.h"

/* What the user wanted the last time, and for the rest what the recipe is known to need. */
static void fill(const struct app *app, struct batch_job *job)
{
    const struct forecast *f = &app->forecast;
    const struct device *device = app_device(app);
    struct memory_need need;

    batch_defaults_of_recipe(job, &app->draft.recipe);
    for (int i = 0; device && i < app->machine.n_devices; i++)
        if (strcmp(app->machine.devices[i].info.id, device->info.id) == 0 && forecast_need(f, i, device, &need))
            batch_defaults_memory(job, need.host, need.images + need.features);
    if (f->time == TIME_TAKEN)
        batch_defaults_time(job, probe_epoch_seconds(&f->result) * app->draft.recipe.training.epochs);
}

static enum role describe(const struct app *app, const void *settings, int target, char *out, size_t size)
{
    struct error e;
    (void)target;

    if (!batch_job_check(settings, &e)) {
        text_copy(out, size, e.text);
        return ROLE_BAD;
    }
    forecast_time_words(&app->forecast, app->draft.recipe.training.epochs, -1, out, size);
    if (out[0] != '\0')
        text_append(out, size, " here");
    return ROLE_DIM;
}

static void hand_in(struct app *app)
{
    struct submission *s = &app->submission;
    const struct trainer_events *events = &app->live.events;
    struct error e;

    if (submission_write_recipe(s, &e) && submission_send(s, events->changed, events->context, &e))
        display_say(&app->display, ROLE_NORMAL, "handing the job in");
    else
        display_say_error(&app->display, &e);
}

static bool write_files(struct app *app, const char *path, struct error *e)
{
    struct submission *s = &app->submission;

    return submission_write_recipe(s, e) && atomic_file_write(path, s->script, strlen(s->script), e);
}

static void write_to(struct app *app, const char *typed)
{
    char path[PATH_SIZE];
    struct error e;

    if (path_typed(path, typed, &e) && write_files(app, path, &e))
        display_say(&app->display, ROLE_GOOD, "job script written to %s: sbatch hands it in", typed);
    else
        display_say_error(&app->display, &e);
}

static bool accept_path(struct app *app, const char *typed, struct error *e)
{
    char path[PATH_SIZE], text[PATH_SIZE + 32];

    if (!path_typed(path, typed, e))
        return false;
    if (!path_is_file(path)) {
        write_to(app, typed);
        return true;
    }
    snprintf(text, sizeof text, "%s already exists.", typed);
    dialog_ask(app, &(struct ask_setup){
        .title = "Replace the file?",
        .text = text,
        .answers = { { 'r', "replace it", write_to } },
        .subject = typed,
    });
    return true;
}

static void ask_for_file(struct app *app)
{
    char name[sizeof app->submission.job.name + 8];

    snprintf(name, sizeof name, "%s.sh", app->submission.job.name);
    dialog_text(app, &(struct text_setup){
        .title = "Write the job script",
        .prompt = "File:",
        .text = name,
        .path = true,
        .accept = accept_path,
    });
}

static void open_form(struct app *app, const struct batch_job *job);

/* The form again where it cannot be. */
static void show_script(struct app *app, const void *settings, int target)
{
    static const struct script_view_setup view = { .submit = hand_in, .write = ask_for_file };
    struct submission *s = &app->submission;
    struct batch_job filled = s->wish, wanted = { .cpus = 0 };
    struct error e;
    (void)target;

    memcpy(&wanted, settings, dialog_form_size(batch_job_fields));
    fill(app, &filled);
    submission_keep(s, &filled, &wanted, &e); /* for the next time: nothing is lost where it cannot be */
    fill(app, &wanted);
    if (batch_job_check(&wanted, &e) && submission_make(s, &wanted, &app->draft.recipe, &e)) {
        script_view_open(app, &view);
        return;
    }
    open_form(app, &wanted);
    display_say_error(&app->display, &e);
}

static void open_form(struct app *app, const struct batch_job *job)
{
    dialog_form(app, &(struct form_setup){
        .title = "Slurm job",
        .fields = batch_job_fields,
        .settings = job,
        .describe = describe,
        .apply = show_script,
    });
}

void sbatch_open(struct app *app)
{
    struct submission *s = &app->submission;
    struct batch_job job;

    if (app->datasets.error.kind == ERROR_NONE && app->draft.model_error.kind != ERROR_NONE) {
        display_say_error(&app->display, &app->draft.model_error);
        return;
    }
    submission_read(s);
    job = s->wish;
    fill(app, &job);
    open_form(app, &job);
}

static void await_run(struct app *app)
{
    const struct trainer_events *events = &app->live.events;
    struct submission *s = &app->submission;
    struct error e;

    if (submission_await(s, events->changed, events->context, &e))
        display_say(&app->display, ROLE_GOOD, "job %s is queued, and shown once it trains; Esc does not wait for it",
                    s->number);
    else
        display_say(&app->display, ROLE_GOOD, "job %s is queued; once it trains: cuvette watch %s", s->number,
                    run_folder_known_as(s->run));
}

static bool take_answer(struct app *app)
{
    struct error e;

    if (!submission_take(&app->submission, &e))
        return false;
    if (e.kind == ERROR_NONE)
        await_run(app);
    else
        display_say_error(&app->display, &e);
    return true;
}

/* A run of the screen's own, which it trains, stays on it. */
static void show_run(struct app *app)
{
    struct submission *s = &app->submission;

    if (live_own_going(&app->live)) {
        display_say(&app->display, ROLE_GOOD, "job %s trains: cuvette watch %s", s->number,
                    run_folder_known_as(s->run));
    } else {
        display_say(&app->display, ROLE_GOOD, "this is job %s; the panels have its recipe (u: yours again)", s->number);
        watching_begin(app, s->run);
    }
    submission_forget(s);
}

/* Nobody is taken from a dialog. */
static bool follow_job(struct app *app)
{
    struct submission *s = &app->submission;
    struct batch_wait_view view;

    if (!s->wait)
        return false;
    batch_wait_look(s->wait, &view);
    if (view.state == BATCH_WAIT_BEGAN && !app->display.dialog) {
        show_run(app);
        return true;
    }
    if (view.state != BATCH_WAIT_OVER)
        return false;
    display_say(&app->display, ROLE_WARN, "job %s is over, and has left no run: see %s.log", s->number,
                path_name(s->run));
    app->display.bell = true;
    submission_forget(s);
    return true;
}

bool sbatch_forget(struct app *app)
{
    struct submission *s = &app->submission;

    if (!s->wait)
        return false;
    display_say(&app->display, ROLE_NORMAL, "job %s is not waited for: 'cuvette watch %s' shows it", s->number,
                run_folder_known_as(s->run));
    submission_forget(s);
    return true;
}

bool sbatch_follow(struct app *app)
{
    bool answered = take_answer(app);

    return follow_job(app) || answered;
}
