#include "tui/compare/compare_training.h"

#include <string.h>

#include "base/path.h"
#include "host/login_node.h"
#include "tui/app.h"
#include "tui/dialogs/dialog_ask.h"

bool compare_training_may(struct app *app)
{
    struct error e;

    if (contest_going(&app->contest))
        error_set(&e, ERROR_USAGE, "a comparison trains: F5 stops it");
    else if (live_own_going(&app->live))
        error_set(&e, ERROR_USAGE, "a run trains: beside it no comparison would be fair");
    else if (!app->machine.login_node || login_node_check(&app->machine.job, &e))
        return true;
    display_say_error(&app->display, &e);
    return false;
}

bool compare_training_begin(struct app *app, const struct comparison_wish *wish)
{
    struct error e;

    if (!compare_training_may(app))
        return false;
    if (contest_begin(&app->contest, wish, &e)) {
        display_say(&app->display, ROLE_NORMAL, "%s trains, with the screen or without it",
                    path_name(app->contest.folder));
        return true;
    }
    display_say_error(&app->display, &e);
    return false;
}

static void stop(struct app *app, const char *subject)
{
    (void)subject;
    if (!contest_going(&app->contest))
        return;
    contest_stop(&app->contest);
    display_say(&app->display, ROLE_NORMAL, "stopping: saving what was learned so far");
}

void compare_training_ask_to_stop(struct app *app)
{
    dialog_ask(app, &(struct ask_setup){
        .title = "Stop the comparison?",
        .text = "What was learned so far is kept, and F5 goes on from there.",
        .answers = { { 's', "stop and save", stop } },
    });
}

static bool is_complete(const struct comparison_table *t)
{
    for (int i = 0; i < t->count; i++)
        if (t->rows[i].waits || (t->rows[i].state != RUN_FINISHED && !t->rows[i].dropped))
            return false;
    return true;
}

void compare_training_toggle(struct app *app, const char *folder, const struct comparing *c)
{
    const bool own = strcmp(app->contest.folder, folder) == 0;
    struct error e;

    if (own && contest_going(&app->contest))
        compare_training_ask_to_stop(app);
    else if (c->going && !own) /* of our own that has just ended, this is of the look before */
        display_say(&app->display, ROLE_STRONG, "another process trains it: it is only looked at here");
    else if (c->table && is_complete(c->table))
        display_say(&app->display, ROLE_NORMAL, "all of its runs are finished");
    else if (!compare_training_may(app))
        return;
    else if (contest_go_on(&app->contest, folder, &e))
        display_say(&app->display, ROLE_NORMAL, "%s goes on", path_name(folder));
    else
        display_say_error(&app->display, &e);
}

bool compare_training_follow(struct app *app)
{
    struct error e;

    if (!contest_ended(&app->contest, &e))
        return false;
    if (e.kind != ERROR_NONE)
        display_say_error(&app->display, &e);
    else if (app->contest.stopped)
        display_say(&app->display, ROLE_STRONG, "the comparison is stopped: F4 C lists it, F5 in its view goes on");
    else
        display_say(&app->display, ROLE_GOOD, "%s is complete: F4 C lists it", path_name(app->contest.folder));
    app->display.bell = true;
    return true;
}
