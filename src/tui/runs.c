#include "tui/runs.h"

#include "base/errand.h"
#include "base/text.h"
#include "run/cut_off.h"
#include "run/run_list.h"
#include "run/run_recipe.h"
#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/recipes.h"

void runs_take_recipe(struct app *app, const char *folder)
{
    bool stored = app->draft.stored;
    struct recipe recipe;
    struct error e;

    if (!run_recipe_load(&recipe, folder, &e)) {
        display_say_error(&app->display, &e);
        return;
    }
    recipes_take_over(app, &recipe);
    if (app->display.message_role != ROLE_NORMAL) /* its data set is not here: that is more urgent */
        return;
    display_say(&app->display, ROLE_NORMAL, "the panels have the recipe of %s (u: %s)", path_name(folder),
                stored ? "the one before" : "yours again");
}

void runs_go_on(struct app *app, const char *folder)
{
    struct run_entry run;
    struct error e;

    if (!run_entry_look(&run, folder, NULL) || !run.can_go_on)
        display_say(&app->display, ROLE_STRONG, "%s %s", path_name(folder),
                    run.state == RUN_TRAINS     ? "is trained by another process"
                    : run.state == RUN_FINISHED ? "is finished: take its recipe (p), with more epochs"
                                                : "has no checkpoint to go on from");
    else if (app_go_on(app, folder, &e))
        dialog_close_all(app);
    else
        display_say_error(&app->display, &e);
}

void runs_go_on_anyway(struct app *app, const char *folder)
{
    struct error e;

    app->live.other_images = true;
    if (!app_go_on(app, folder, &e))
        display_say_error(&app->display, &e);
    app->live.other_images = false;
}

struct cut_off {
    bool found;
    char name[256], why[160]; /* why: "" where it cannot be told */
};

/* In a process of its own: folders of runs can be on a file system that does not answer. */
static bool look_for_cut_off(void *paper, struct error *e)
{
    struct cut_off *cut_off = paper;
    struct run_entry newest;
    (void)e;

    cut_off->found = run_list_newest(&newest) && newest.state == RUN_CUT_OFF && newest.can_go_on &&
                     text_copy(cut_off->name, sizeof cut_off->name, path_name(newest.folder));
    if (cut_off->found)
        cut_off_look(newest.folder, cut_off->why, sizeof cut_off->why);
    return true;
}

void runs_offer(struct app *app)
{
    const struct trainer_events *events = &app->live.events;
    struct error ignored;

    errand_free(app->offer);
    app->offer = errand_start(&(struct errand_setup){ .work = look_for_cut_off,
                                                      .size = sizeof(struct cut_off),
                                                      .limits = { .seconds = 20 },
                                                      .subject = "runs",
                                                      .ended = events->changed,
                                                      .context = events->context },
                              &ignored);
}

bool runs_follow(struct app *app)
{
    const struct cut_off *cut_off = app->offer ? errand_paper(app->offer) : NULL;
    struct error e;

    if (!cut_off || !errand_wait(app->offer, 0, &e))
        return false;

    bool offers = e.kind == ERROR_NONE && cut_off->found && !live_there(&app->live);

    if (offers && cut_off->why[0])
        display_say(&app->display, ROLE_WARN, "F4 g goes on with %s, %s", cut_off->name, cut_off->why);
    else if (offers)
        display_say(&app->display, ROLE_STRONG, "%s was cut off: F4 g goes on with it", cut_off->name);
    errand_free(app->offer);
    app->offer = NULL;
    return offers;
}
