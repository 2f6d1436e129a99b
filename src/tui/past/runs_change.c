#include "tui/past/runs_change.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "run/past/run_delete.h"
#include "run/past/run_rename.h"
#include "tui/app.h"
#include "tui/dialogs/dialog_ask.h"
#include "tui/dialogs/dialog_text.h"

static bool accept_note(struct app *app, const char *folder, const char *text, struct error *e)
{
    if (!run_note_write(folder, text, e))
        return false;
    past_runs_changed(&app->past_runs, folder, folder);
    display_say(&app->display, ROLE_NORMAL, text[0] ? "the note of %s is written" : "the note of %s is gone",
                path_name(folder));
    return true;
}

void runs_change_note(struct app *app, const struct run_entry *entry)
{
    dialog_text(app, &(struct text_setup){
        .title = "A note",
        .prompt = "About this run, in a line:",
        .text = entry->note,
        .empty = true,
        .subject = entry->folder,
        .accept_about = accept_note,
    });
}

/* The screen's own run writes to its folder by its name. */
static bool is_shown(struct app *app, const char *folder)
{
    if (!app->live.run || strcmp(path_name(run_folder(app->live.run)), path_name(folder)) != 0)
        return false;
    display_say(&app->display, ROLE_STRONG, "%s is the run on the screen: it stays as it is until another is trained",
                path_name(folder));
    return true;
}

static bool accept_name(struct app *app, const char *folder, const char *text, struct error *e)
{
    char to[PATH_SIZE];

    if (strcmp(path_name(folder), text) == 0)
        return true;
    if (!run_rename(folder, text, to, e))
        return false;
    past_runs_changed(&app->past_runs, folder, to);
    display_say(&app->display, ROLE_NORMAL, "%s is called %s now", path_name(folder), text);
    return true;
}

void runs_change_name(struct app *app, const struct run_entry *entry)
{
    if (is_shown(app, entry->folder))
        return;
    dialog_text(app, &(struct text_setup){
        .title = "Another name",
        .prompt = "The name of its folder:",
        .text = path_name(entry->folder),
        .subject = entry->folder,
        .accept_about = accept_name,
    });
}

static void delete(struct app *app, const char *folder)
{
    char left[PATH_SIZE];
    struct error e;
    bool deleted = run_delete(folder, left, &e);

    past_runs_changed(&app->past_runs, folder, folder);
    if (!deleted)
        display_say_error(&app->display, &e);
    else if (left[0])
        display_say(&app->display, ROLE_WARN, "the run is deleted; its folder stays, for %s in it is not cuvette's",
                    left);
    else
        display_say(&app->display, ROLE_NORMAL, "%s is deleted", path_name(folder));
}

void runs_change_delete(struct app *app, const struct run_entry *entry)
{
    char text[PATH_SIZE + 128];

    if (is_shown(app, entry->folder))
        return;
    if (entry->state == RUN_TRAINS) {
        display_say(&app->display, ROLE_STRONG, "%s trains now: it is not deleted", path_name(entry->folder));
        return;
    }
    snprintf(text, sizeof text, "%.200s, with its weights and curves. This cannot be undone.",
             path_name(entry->folder));
    dialog_ask(app, &(struct ask_setup){
        .title = "Delete the run?",
        .text = text,
        .answers = { { 'd', "delete it", delete } },
        .subject = entry->folder,
    });
}
