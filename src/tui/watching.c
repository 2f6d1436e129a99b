#include "tui/watching.h"

#include "tui/app.h"
#include "tui/dialogs/dialog.h"

void watching_begin(struct app *app, const char *folder)
{
    struct error e;

    if (app_watch(app, folder, &e))
        dialog_close_all(app);
    else
        display_say_error(&app->display, &e);
}

static bool say_replies(struct app *app)
{
    struct watch_reply reply;
    bool came = false;

    for (; watch_take_reply(app->live.watched.watch, &reply); came = true)
        display_say(&app->display, reply.good ? ROLE_GOOD : ROLE_WARN, "%s", reply.text);
    return came;
}

/* Once each time that it falls silent. How it ended is said with other ends. */
static bool say_silence(struct app *app)
{
    const struct sighting *seen = &app->live.watched.seen;
    bool silent = seen->state == SIGHTING_SILENT || seen->state == SIGHTING_GONE, told = app->live.told_silent;

    app->live.told_silent = silent;
    if (!silent || told)
        return false;
    app->display.bell = true;
    display_say(&app->display, ROLE_BAD, "%s", seen->words);
    return true;
}

/* Once for each place. */
static bool say_move(struct app *app)
{
    const struct sighting *seen = &app->live.watched.seen;
    bool moved = seen->moved[0] != '\0', told = app->live.told_moved;

    app->live.told_moved = moved;
    if (moved && !told)
        display_say(&app->display, ROLE_WARN, "%s", seen->words);
    return moved && !told;
}

bool watching_follow(struct app *app)
{
    if (!live_watches(&app->live))
        return false;

    bool replied = say_replies(app);

    return say_move(app) || say_silence(app) || replied;
}
