#include "tui/steering.h"

#include <string.h>

#include "base/text.h"
#include "nn/recipe/finetuning.h"
#include "nn/recipe/recipe_rate.h"
#include "tui/app.h"
#include "tui/compare/compare_training.h"
#include "tui/dialogs/dialog_ask.h"
#include "tui/draw/figures.h"
#include "tui/room.h"

/* What is asked of another process is done when it says so. */
static void say_asked(struct app *app, enum control_kind kind)
{
    if (live_watches(&app->live))
        display_say(&app->display, ROLE_NORMAL, "the run is asked %s: its answer comes within seconds",
                    control_words[kind]);
}

static void stop(struct app *app, const char *subject)
{
    (void)subject;
    if (!live_going(&app->live))
        return;
    live_stop(&app->live);
    if (live_watches(&app->live))
        say_asked(app, CONTROL_STOP);
    else
        display_say(&app->display, ROLE_NORMAL, "stopping: saving what was learned so far");
}

static void ask_to_stop(struct app *app)
{
    const char *who = app->live.watched.seen.who;
    char text[320] = "What was learned so far is kept, and its charts can be exported.";

    if (live_watches(&app->live))
        text_append(text, sizeof text, " It is trained by %s.", who[0] ? who : "another process");
    dialog_ask(app, &(struct ask_setup){
        .title = "Stop training?",
        .text = text,
        .answers = { { 's', "stop and save", stop } },
        .of_run = true,
    });
}

static void say_beginning(struct app *app)
{
    char words[256] = "";

    if (app->live.run)
        finetuning_words(trainer_recipe(run_trainer(app->live.run)), words, sizeof words);
    if (words[0] != '\0')
        display_say(&app->display, ROLE_NORMAL, "%s", words);
}

/* What a run that has begun begins with, or what stands against it all the same: values that are hardly meant, too
 * little time. */
static void say_doubts(struct app *app)
{
    const struct recipe_warnings *w = app->live.run ? run_warnings(app->live.run) : &app->draft.warnings;
    char words[128];

    say_beginning(app);
    if (w->count > 0)
        display_say(&app->display, ROLE_WARN, "%s", w->list[0].text);
    else if (app->forecast.time == TIME_TAKEN &&
             !forecast_time_words(&app->forecast, app->draft.recipe.training.epochs,
                                  job_seconds_left(&app->machine.job), words, sizeof words))
        display_say(&app->display, ROLE_WARN, "%s", words);
}

static void start(struct app *app)
{
    struct error e;

    if (app_train(app, &e))
        say_doubts(app);
    else
        display_say_error(&app->display, &e);
}

static void start_all_the_same(struct app *app, const char *subject)
{
    (void)subject;
    start(app);
}

/* The kernel ends a process that takes more memory than there is, without a word. */
static void ask_whether_it_fits(struct app *app, const char *words)
{
    char text[320] = "", advice[96];

    room_advice(app, advice, sizeof advice);
    text_append(text, sizeof text, "This is %s%s%s.", words, advice[0] ? ": " : "", advice);
    dialog_ask(app, &(struct ask_setup){
        .title = "Train all the same?",
        .text = text,
        .answers = { { 't', "train all the same", start_all_the_same } },
    });
}

void steering_train(struct app *app)
{
    char words[128];

    if (live_going(&app->live))
        ask_to_stop(app);
    else if (contest_going(&app->contest))
        compare_training_ask_to_stop(app);
    else if (!room_fits(app, words, sizeof words))
        ask_whether_it_fits(app, words);
    else
        start(app);
}

void steering_pause(struct app *app)
{
    enum trainer_state state = app->live.status.state;
    enum control_kind kind = state == TRAINER_PAUSED ? CONTROL_RESUME : CONTROL_PAUSE;

    if (!live_going(&app->live) || trainer_over(state)) {
        display_say(&app->display, ROLE_DIM, "nothing to pause: press F5 to train");
        return;
    }
    live_command(&app->live, kind, 0);
    say_asked(app, kind);
}

void steering_checkpoint(struct app *app)
{
    if (!live_going(&app->live) || trainer_over(app->live.status.state)) {
        display_say(&app->display, ROLE_DIM, "nothing trains, so there is nothing to save");
    } else if (app->live.running.recipe.training.checkpoint <= 0) {
        display_say(&app->display, ROLE_WARN, "this run writes no checkpoints: its recipe has checkpoint = 0");
    } else {
        live_command(&app->live, CONTROL_CHECKPOINT, 0);
        display_say(&app->display, ROLE_NORMAL, "a checkpoint is written now");
        say_asked(app, CONTROL_CHECKPOINT);
    }
}

/* A recipe can hold only the rates that its field allows. */
static bool rate_is_allowed(struct app *app, double rate)
{
    const struct field *field = fields_find(*recipe_sections[RECIPE_SECTION_optimiser].fields, "learning_rate");
    char range[2 * FIGURE_SIZE];

    if (rate >= field->low && rate <= field->high)
        return true;
    field_range(field, range, sizeof range);
    display_say(&app->display, ROLE_BAD, "the learning rate stays as it is: it can be %s", range);
    return false;
}

/* The status shows a new rate only after the next step, and a paused run makes none: live keeps the factor, too. */
static void scale_rate_of_run(struct app *app, double factor)
{
    struct live *live = &app->live;
    double scaled = live->rate_factor * factor;

    if (!rate_is_allowed(app, live->running.recipe.optimiser.learning_rate * scaled))
        return;
    live->rate_factor = scaled;
    live_command(live, CONTROL_RATE, factor);
    if (live_watches(live)) {
        say_asked(app, CONTROL_RATE);
        return;
    }
    display_say(&app->display, ROLE_NORMAL, "learning rate of this run %s: %.3g",
                factor < 1 ? "halved" : "doubled",
                live->status.learning_rate / live->status.rate_factor * scaled);
}

/* Changes the rate of the run while one goes on, otherwise the recipe's. */
static void scale_rate(struct app *app, double factor)
{
    double rate = app->draft.recipe.optimiser.learning_rate * factor;
    char scaled[128];

    if (live_going(&app->live)) {
        scale_rate_of_run(app, factor);
    } else if (rate_is_allowed(app, rate)) {
        app_change_recipe(app, &app->draft.recipe.optimiser.learning_rate, &rate, sizeof rate);
        recipe_rate_words(&app->draft.recipe, scaled, sizeof scaled);
        if (scaled[0])
            display_say(&app->display, ROLE_NORMAL, "%s", scaled);
        else
            display_say(&app->display, ROLE_NORMAL, "learning rate %g", rate);
    }
}

void steering_slower(struct app *app)
{
    scale_rate(app, 0.5);
}

void steering_faster(struct app *app)
{
    scale_rate(app, 2);
}
