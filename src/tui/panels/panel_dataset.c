#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/dialogs/dialog_ask.h"
#include "tui/dialogs/dialog_text.h"
#include "tui/draw/figures.h"
#include "tui/panels/panel.h"

enum { DESCRIPTION_SIZE = 3 * FIGURE_SIZE + 4 };

static bool is_chosen(const struct app *app, int position)
{
    return strcmp(app->draft.recipe.data.dataset, app->datasets.catalogue.entries[position].name) == 0;
}

static bool chosen_is_listed(const struct app *app)
{
    for (int i = 0; i < app->datasets.catalogue.count; i++)
        if (is_chosen(app, i))
            return true;
    return false;
}

/* A chosen data set that the catalogue does not list (a path, or one that is missing) has a line of its own below. */
static int line_count(const struct app *app)
{
    return app->datasets.catalogue.count + (chosen_is_listed(app) ? 0 : 1);
}

/* The line below the catalogue can vanish, when a choice is undone. */
static int selected_line(const struct app *app)
{
    return int_min(app->display.selected[PANEL_DATASET], line_count(app) - 1);
}

static void describe(const struct dataset_info *info, bool unicode, char out[DESCRIPTION_SIZE])
{
    char train[FIGURE_SIZE], test[FIGURE_SIZE], shape[FIGURE_SIZE];

    figure_count(train, info->count[SPLIT_TRAIN]);
    figure_count(test, info->count[SPLIT_TEST]);
    shape_format(shape_image(info->height, info->width, info->channels), unicode, shape, sizeof shape);
    snprintf(out, DESCRIPTION_SIZE, "%s/%s  %s", train, test, shape);
}

static void draw_line(struct canvas *c, int row, const char *name, bool chosen, const char *right, enum role role)
{
    int start = canvas_text_right(c, row, c->clip.columns - 1, role == ROLE_NORMAL ? ROLE_DIM : role, right);
    canvas_text(c, row, 0, chosen ? ROLE_STRONG : role, chosen ? "▸" : " ");

    struct canvas left = canvas_part(c, (struct rectangle){ row, 1, 1, start - 2 });
    canvas_text(&left, 0, 0, chosen ? ROLE_STRONG : role, name);
}

static void draw_entry(struct canvas *c, int row, const struct app *app, int position)
{
    char right[DESCRIPTION_SIZE];

    if (position == app->datasets.catalogue.count) {
        bool known = app->datasets.error.kind == ERROR_NONE;

        describe(&app->datasets.info, c->unicode, right);
        draw_line(c, row, path_name(app->draft.recipe.data.dataset), true, known ? right : "not readable",
                  known ? ROLE_NORMAL : ROLE_BAD);
        return;
    }

    const struct catalogue_entry *entry = &app->datasets.catalogue.entries[position];

    describe(&entry->info, c->unicode, right);
    draw_line(c, row, entry->name, is_chosen(app, position), entry->readable ? right : "not readable",
              entry->readable ? ROLE_NORMAL : ROLE_DIM);
}

static void draw(struct canvas *c, const struct app *app)
{
    int count = line_count(app), selected = selected_line(app);
    int first = layout_first(selected, count, c->clip.rows);

    for (int row = 0; row < c->clip.rows && first + row < count; row++) {
        draw_entry(c, row, app, first + row);
        if (app->display.focus == PANEL_DATASET && first + row == selected)
            canvas_row_role(c, row, ROLE_SELECTED);
    }
}

static int choose(struct app *app, const char *name)
{
    if (strcmp(app->draft.recipe.data.dataset, name) == 0)
        return REACTION_HANDLED;
    text_copy(app->draft.recipe.data.dataset, sizeof app->draft.recipe.data.dataset, name);
    return REACTION_MODEL_CHANGED;
}

static int choose_entry(struct app *app, int position)
{
    if (position == app->datasets.catalogue.count)
        return REACTION_HANDLED;

    const struct catalogue_entry *entry = &app->datasets.catalogue.entries[position];

    if (entry->readable)
        return choose(app, entry->name);
    dialog_ask(app, &(struct ask_setup){ .title = entry->name, .text = entry->problem });
    return REACTION_HANDLED;
}

static bool accept_path(struct app *app, const char *path, struct error *e)
{
    char whole[sizeof app->draft.recipe.data.dataset]; /* as the recipe of a run will have it */
    struct dataset_info info;

    if (!catalogue_look(path, &info, e) || !catalogue_absolute(path, whole, sizeof whole, e))
        return false;
    choose(app, path);
    app_recipe_changed(app);
    return true;
}

static void ask_path(struct app *app)
{
    dialog_text(app, &(struct text_setup){
        .title = "Data set",
        .prompt = "The folder or the file of a data set:",
        .accept = accept_path,
    });
}

/* Data sets may have been added or repaired since the program started. */
static int read_again(struct app *app)
{
    struct error e;

    if (datasets_read_again(&app->datasets, &e))
        return REACTION_MODEL_CHANGED;
    display_say_error(&app->display, &e);
    return REACTION_HANDLED;
}

static int key(struct app *app, int key)
{
    int page = app->display.layout.panels[PANEL_DATASET].area.rows;
    int to = keys_move(selected_line(app), line_count(app), page, key);

    if (to >= 0) {
        app->display.selected[PANEL_DATASET] = to;
        return REACTION_HANDLED;
    }
    if (key == ' ' && live_going(&app->live))
        return REACTION_NONE; /* it pauses */
    switch (key) {
    case KEYCODE_ENTER:
    case ' ':
        return choose_entry(app, selected_line(app));
    case '/':
    case 'p':
    case 'P':
        ask_path(app);
        return REACTION_HANDLED;
    case 'r':
    case 'R':
        return read_again(app);
    default:
        return REACTION_NONE;
    }
}

static const struct key_help keys[] = {
    { "Enter Space", "choose the data set", "Choose" },
    { "/ p", "type the path of another", "Path" },
    { "r", "read the folder again", "Reread" },
    { NULL, NULL, NULL },
};

PANEL_CLASS(dataset) = {
    .title = "Dataset",
    .draw = draw,
    .key = key,
    .keys = keys,
};
