#include "tui/recipes.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "nn/recipe/recipe_file.h"
#include "tui/app.h"
#include "tui/dialogs/dialog_ask.h"
#include "tui/dialogs/dialog_list.h"
#include "tui/dialogs/dialog_text.h"
#include "tui/draw/figures.h"
#include "tui/panels/offer_rows.h"

/* A preset's images may be elsewhere: what to press then. */
static void say_opened(struct app *app)
{
    const struct recipe *r = &app->draft.recipe;
    const char *dataset = path_name(r->data.dataset);

    if (app->datasets.error.kind == ERROR_NONE || datasets_looking(&app->datasets)) {
        display_say(&app->display, ROLE_NORMAL, "recipe %s on %s", r->name, dataset);
        return;
    }
    app_focus(app, PANEL_DATASET);
    display_say(&app->display, ROLE_STRONG, "recipe %s; %s is not here: press / for its path%s", r->name, dataset,
                offer_rows_find(app, r->data.dataset) >= 0 ? ", or get it" : "");
}

void recipes_take_over(struct app *app, const struct recipe *recipe)
{
    app_change_recipe(app, &app->draft.recipe, recipe, sizeof *recipe);
    app->draft.path[0] = '\0';
    app->draft.stored = true;
    say_opened(app);
}

static bool open_recipe(struct app *app, const char *name, struct error *e)
{
    struct recipe recipe;
    char path[PATH_SIZE];

    if (!path_typed(path, name, e) || !recipe_load(&recipe, path, e))
        return false;
    recipes_take_over(app, &recipe);
    return true;
}

static bool take_up(struct app *app, enum kept_age age)
{
    struct recipe recipe;
    char file[sizeof app->draft.path], dataset[FIGURE_SIZE];

    if (!kept_recipe_read(age, &recipe, file))
        return false;
    app_change_recipe(app, &app->draft.recipe, &recipe, sizeof recipe);
    text_copy(app->draft.path, sizeof app->draft.path, file);
    text_copy(dataset, sizeof dataset, path_name(recipe.data.dataset));
    display_say(&app->display, ROLE_NORMAL, "%s on %s, as you left it (F2: presets and files)", recipe.name, dataset);
    return true;
}

bool recipes_take_up(struct app *app)
{
    bool taken = take_up(app, KEPT_LAST);

    app->draft.continues |= taken;
    return taken;
}

void recipes_take(struct app *app, const char *name)
{
    struct error e;

    if (!open_recipe(app, name, &e))
        display_say_error(&app->display, &e);
}

static int preset_count(void)
{
    int count = 0;

    while (recipe_preset_name(count))
        count++;
    return count;
}

/* What a session before this one left, which its end does not bring back by itself. */
static enum kept_age of_another_session(const struct app *app)
{
    return app->draft.continues ? KEPT_BEFORE : KEPT_LAST;
}

enum { WORDS_SIZE = 128 };

/* `items`: what the presets are, [preset_count()][WORDS_SIZE]. */
static struct list_item recipe_item(const void *items, int position)
{
    const char (*words)[WORDS_SIZE] = items;

    if (position < preset_count())
        return (struct list_item){ .name = recipe_preset_name(position), .note = "preset", .help = words[position] };
    if (position == preset_count())
        return (struct list_item){ .name = "open a file", .note = "",
                                   .help = "a recipe that you or a run has written" };
    return (struct list_item){ .name = "as you left it", .note = "an earlier session",
                               .help = "the recipe of a session before this one, as it was at its end" };
}

static void recipe_chosen(struct app *app, const void *items, int position)
{
    (void)items;
    if (position > preset_count())
        take_up(app, of_another_session(app));
    else if (position == preset_count())
        dialog_text(app, &(struct text_setup){
            .title = "Open a recipe",
            .prompt = "File:",
            .path = true,
            .accept = open_recipe,
        });
    else
        recipes_take(app, recipe_preset_name(position));
}

void recipes_open(struct app *app)
{
    struct recipe recipe;
    struct error e;
    char file[sizeof app->draft.path];
    bool kept = kept_recipe_read(of_another_session(app), &recipe, file);
    char (*words)[WORDS_SIZE] = memory_new((size_t)preset_count(), sizeof *words, &e);

    if (!words) {
        display_say_error(&app->display, &e);
        return;
    }
    for (int i = 0; i < preset_count(); i++)
        recipe_preset_words(i, words[i], sizeof words[i]);
    dialog_list(app, &(struct list_setup){
        .title = "Recipe",
        .count = preset_count() + 1 + kept,
        .items = words,
        .release = free,
        .item = recipe_item,
        .chosen = recipe_chosen,
    });
}

static bool write_to(struct app *app, const char *typed, struct error *e)
{
    char path[PATH_SIZE];

    if (!path_typed(path, typed, e) || !recipe_save(&app->draft.recipe, path, e))
        return false;
    text_copy(app->draft.path, sizeof app->draft.path, typed);
    app->draft.stored = true;
    display_say(&app->display, ROLE_GOOD, "recipe written to %s", typed);
    return true;
}

static void replace(struct app *app, const char *typed)
{
    struct error e;

    if (!write_to(app, typed, &e))
        display_say_error(&app->display, &e);
}

static bool accept_path(struct app *app, const char *typed, struct error *e)
{
    char path[PATH_SIZE], text[PATH_SIZE + 32];

    if (!path_typed(path, typed, e))
        return false;
    if (!path_is_file(path))
        return write_to(app, typed, e);
    snprintf(text, sizeof text, "%s already exists.", typed);
    dialog_ask(app, &(struct ask_setup){
        .title = "Replace the file?",
        .text = text,
        .answers = { { 'r', "replace it", replace } },
        .subject = typed,
    });
    return true;
}

void recipes_write(struct app *app)
{
    char path[sizeof app->draft.path];

    text_copy(path, sizeof path, app->draft.path);
    if (path[0] == '\0')
        snprintf(path, sizeof path, "%s.ini", app->draft.recipe.name[0] != '\0' ? app->draft.recipe.name : "recipe");
    dialog_text(app, &(struct text_setup){
        .title = "Write the recipe",
        .prompt = "File:",
        .text = path,
        .path = true,
        .accept = accept_path,
    });
}

static void step(struct app *app, bool (*take)(struct draft *d, char *words, size_t size), const char *done,
                 const char *nothing)
{
    char words[sizeof app->display.message - 32];

    if (!take(&app->draft, words, sizeof words)) {
        display_say(&app->display, ROLE_DIM, "%s", nothing);
        return;
    }
    app_recipe_changed(app);
    display_say(&app->display, ROLE_NORMAL, "%s: %s", done, words);
}

void recipes_undo(struct app *app)
{
    step(app, draft_undo, "undone", "nothing to undo");
}

void recipes_redo(struct app *app)
{
    step(app, draft_redo, "done again", "nothing to do again: no change was undone");
}

void recipes_running(struct app *app)
{
    struct live *live = &app->live;

    if (!live_there(live)) {
        display_say(&app->display, ROLE_DIM, "nothing has been trained yet");
        return;
    }
    app_change_recipe(app, &app->draft.recipe, &live->running.recipe, sizeof live->running.recipe);
    display_say(&app->display, ROLE_NORMAL, "the panels have what %s (u: undo)",
                live_going(live) ? "trains" : "was trained");
}
