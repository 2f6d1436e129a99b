#include "tui/quitting.h"

#include <stdio.h>
#include <unistd.h>

#include "base/shell_word.h"
#include "base/text.h"
#include "host/logout.h"
#include "tui/app.h"
#include "tui/dialogs/dialog_ask.h"
#include "tui/recipes.h"

static const char logout_words[] = "Without the screen it goes on until you log out: this host then ends what its "
                                   "users leave behind (KillUserProcesses in logind.conf).";

static void leave_at_once(struct app *app, const char *subject)
{
    (void)subject;
    app->display.leave = true;
}

static void write_recipe(struct app *app, const char *subject)
{
    (void)subject;
    recipes_write(app);
}

/* The next session finds the recipe as it is; asks where it would not. */
static void leave(struct app *app, const char *subject)
{
    char text[sizeof((struct error *)0)->text + 64];
    struct error e;

    if (draft_keep(&app->draft, &e) || app->draft.stored) {
        leave_at_once(app, subject);
        return;
    }
    snprintf(text, sizeof text, "The recipe cannot be kept for the next time: %s.", e.text);
    dialog_ask(app, &(struct ask_setup){
        .title = "Quit without the recipe?",
        .text = text,
        .answers = { { 'w', "write it to a file", write_recipe }, { 'q', "quit", leave_at_once } },
    });
}

/* Slurm ends all that a step has started, whatever session it is in. */
static void batch_line(const char *folder, char *out, size_t size)
{
    char recipe[PATH_SIZE];
    struct error ignored;
    FILE *line = fmemopen(out, size, "w");

    out[0] = '\0';
    if (!line)
        return;
    if (path_join(recipe, folder, "recipe.ini", &ignored)) {
        fputs("cuvette sbatch ", line);
        shell_word_write(line, recipe);
        fputs(" --run ", line);
        shell_word_write(line, folder);
        fputs(" --submit", line);
    }
    fclose(line);
}

static void stop_and_leave(struct app *app, const char *subject)
{
    if (subject[0])
        snprintf(app->detachment.farewell, sizeof app->detachment.farewell, "to go on as a batch job: %s", subject);
    leave(app, subject);
}

static void detach(struct app *app, const char *subject)
{
    (void)subject;
    detachment_begin(&app->detachment, &app->live);
    display_say(&app->display, ROLE_NORMAL, run_advanced(app->live.run)
                                                ? "a checkpoint is written, for the run to go on without the screen …"
                                                : "it goes on without the screen as soon as it has made a step …");
}

/* Why it cannot go on without the screen; "" where it can. `batch`: the line that carries it on as a batch job, to be
 * said where it can be copied. */
static void why_not(const struct app *app, char *why, size_t size, char *batch, size_t batch_size)
{
    const struct job *job = &app->machine.job;
    struct error trouble;

    why[0] = batch[0] = '\0';
    run_trouble(app->live.run, &trouble);
    if (job->inside) {
        batch_line(live_folder(&app->live), batch, batch_size);
        snprintf(why, size,
                 "It cannot go on without the screen: job %s ends what a step leaves behind. A batch job can go on "
                 "with it: its 'cuvette sbatch' line is told when you leave.", job->id);
    } else if (app->live.running.recipe.training.checkpoint <= 0) {
        text_copy(why, size, "It cannot go on without the screen, as it writes no checkpoints (checkpoint = 0).");
    } else if (trouble.kind != ERROR_NONE) {
        text_copy(why, size, "It cannot go on without the screen, as its folder cannot be written.");
    }
}

static void ask_about_run(struct app *app)
{
    char why[256], batch[2 * PATH_SIZE + 64], text[sizeof why + 256];
    struct ask_setup question = {
        .title = "Quit?",
        .text = text,
        .answers = { { 's', "stop and keep", stop_and_leave }, { 'd', "go on without the screen", detach } },
        .none = "stay",
        .subject = batch,
        .of_run = true,
    };

    why_not(app, why, sizeof why, batch, sizeof batch);
    snprintf(text, sizeof text, "A run is training. What was learned so far is kept.%s%s", why[0] ? " " : "", why);
    if (why[0])
        question.answers[1] = (struct answer){ .label = NULL };
    else if (logout_ends_processes("", geteuid()))
        text_append(text, sizeof text, " %s", logout_words);
    dialog_ask(app, &question);
}

static void stop_comparison(struct app *app, const char *subject)
{
    contest_stop(&app->contest);
    leave(app, subject);
}

static void ask_about_comparison(struct app *app)
{
    const struct job *job = &app->machine.job;
    char text[512] = "A comparison is training, and needs no screen: its results will be in its folder.";
    struct ask_setup question = {
        .title = "Quit?",
        .text = text,
        .answers = { { 'q', "quit, it goes on", leave }, { 's', "stop it and quit", stop_comparison } },
    };

    if (job->inside) {
        snprintf(text, sizeof text,
                 "A comparison is training. What it has trained is kept, and it can go on later; it cannot do so "
                 "without the screen: job %s ends what a step leaves behind.", job->id);
        question.answers[0] = question.answers[1];
        question.answers[1] = (struct answer){ .label = NULL };
    } else if (logout_ends_processes("", geteuid())) {
        text_append(text, sizeof text, " %s", logout_words);
    }
    dialog_ask(app, &question);
}

void quitting_ask(struct app *app)
{
    if (contest_going(&app->contest))
        ask_about_comparison(app);
    else if (live_own_going(&app->live) && !app->detachment.wanted)
        ask_about_run(app);
    else
        leave(app, NULL);
}

static void train_on_here(struct app *app, const struct error *why)
{
    char text[sizeof why->text + 64];
    struct error e;

    if (!app_take_back(app, &e)) {
        display_say_error(&app->display, &e);
        return;
    }
    snprintf(text, sizeof text, "The run trains on here: %s.", why->text);
    dialog_ask(app, &(struct ask_setup){ .title = "Not without the screen", .text = text });
}

bool quitting_follow(struct app *app)
{
    struct error e;

    switch (detachment_follow(&app->detachment, &app->live, !app->machine.login_node, &e)) {
    case DETACHMENT_NOTHING:
        return false;
    case DETACHMENT_FAILED:
        train_on_here(app, &e);
        break;
    case DETACHMENT_DONE:
        leave(app, NULL);
        break;
    }
    return true;
}
