#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/datasets/browser.h"
#include "tui/datasets/facts.h"
#include "tui/datasets/preview_view.h"
#include "tui/dialogs/dialog_ask.h"
#include "tui/dialogs/dialog_text.h"
#include "tui/draw/figures.h"
#include "tui/draw/shapes.h"
#include "tui/panels/offer_rows.h"
#include "tui/panels/panel.h"

enum { DESCRIPTION_SIZE = 3 * FIGURE_SIZE + 4 };

static const char looking_words[] = "looking …";

/* The chosen data set among what can be fetched, as a preset's that is not there yet; -1: it is not. */
static int chosen_offer(const struct app *app)
{
    return datasets_position(&app->datasets) < 0 ? offer_rows_find(app, app->draft.recipe.data.dataset) : -1;
}

/* A chosen data set that is in no list, since it is missing or cannot be read, has a line of its own below. */
static bool has_own_line(const struct app *app)
{
    return datasets_position(&app->datasets) < 0 && chosen_offer(app) < 0;
}

static int own_count(const struct app *app)
{
    return datasets_count(&app->datasets) + has_own_line(app);
}

/* What can be fetched comes last. */
static int line_count(const struct app *app)
{
    return own_count(app) + offer_rows_count(app);
}

static int chosen_line(const struct app *app)
{
    int position = datasets_position(&app->datasets), offer = chosen_offer(app);

    return position >= 0 ? position : offer >= 0 ? own_count(app) + offer : datasets_count(&app->datasets);
}

/* The line below the lists can vanish, when a choice is undone. */
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

/* A path gives up its beginning, where it does not fit. */
static void draw_line(struct canvas *c, int row, const char *name, bool chosen, const char *right, enum role role)
{
    int start = canvas_text_right(c, row, c->clip.columns - 1, role == ROLE_NORMAL ? ROLE_DIM : role, right);
    char shown[PATH_SIZE];

    canvas_text(c, row, 0, chosen ? ROLE_STRONG : role, chosen ? "▸" : " ");

    struct canvas left = canvas_part(c, (struct rectangle){ row, 1, 1, start - 2 });

    if (name[0] == '/')
        figure_path(shown, sizeof shown, name, left.clip.columns);
    else
        snprintf(shown, sizeof shown, "%s", name);
    canvas_text(&left, 0, 0, chosen ? ROLE_STRONG : role, shown);
}

static void draw_entry(struct canvas *c, int row, const struct app *app, int position)
{
    char right[DESCRIPTION_SIZE];
    bool chosen = position == chosen_line(app), gone;

    if (position >= own_count(app)) {
        struct offer_row offer = offer_rows_at(app, position - own_count(app));

        draw_line(c, row, offer.name, chosen, offer.right, offer.role);
        return;
    }
    if (position == datasets_count(&app->datasets)) {
        bool looking = datasets_looking(&app->datasets);

        draw_line(c, row, path_name(app->draft.recipe.data.dataset), true, looking ? looking_words : "not readable",
                  looking ? ROLE_NORMAL : ROLE_BAD);
        return;
    }

    const struct catalogue_entry *entry = datasets_entry(&app->datasets, position, &gone);

    if (entry->looked && !entry->readable) {
        draw_line(c, row, entry->name, chosen, gone ? "gone" : "not readable", chosen ? ROLE_BAD : ROLE_DIM);
        return;
    }
    describe(&entry->info, c->unicode, right);
    draw_line(c, row, entry->name, chosen, entry->looked ? right : looking_words, ROLE_NORMAL);
}

/* The rows of the list, and the chosen one above or below it where it would be out of sight:
 *
 *     top      ▸digits         chosen, further up
 *               mnist
 *     selected  photos
 */
struct view {
    int first, top, rows;
    int pinned; /* the row of the chosen one; -1: it is in the list's rows */
};

static struct view view_of(const struct app *app, int rows)
{
    bool focus = app->display.focus == PANEL_DATASET;
    int count = line_count(app), chosen = chosen_line(app), seen = focus ? selected_line(app) : chosen;
    struct view v = { .first = layout_first(seen, count, rows), .rows = rows, .pinned = -1 };

    if ((chosen >= v.first && chosen < v.first + rows) || rows < 2)
        return v;
    v.top = chosen < v.first;
    v.pinned = v.top ? 0 : rows - 1;
    v.rows = rows - 1;
    v.first = layout_first(seen, count, v.rows);
    return v;
}

/* Where the panel fills the screen, what is known of the chosen one is below the list, behind a row with its name. */
static int facts_rows(const struct app *app, int rows)
{
    return !app_shows_facts(app) ? 0 : rows < 2 * FACTS_ROWS + 4 ? 1 + FACTS_ROWS : 4 + FACTS_ROWS;
}

static int line_at(const struct app *app, struct rectangle inside, int row)
{
    int rows = inside.rows - facts_rows(app, inside.rows);
    struct view v = view_of(app, rows);
    int line = v.first + row - v.top;

    if (row >= rows)
        return -1;
    if (row == v.pinned)
        return chosen_line(app);
    return line < line_count(app) ? line : -1;
}

static void draw_facts(struct canvas *c, const struct app *app)
{
    struct canvas below = canvas_part(c, (struct rectangle){ 1, 1, c->clip.rows - 1, c->clip.columns - 2 });
    int step;
    const struct study *study = gallery_study(&app->gallery, &step);

    for (int i = 0; i < c->clip.columns; i++)
        canvas_put(c, 0, i, ROLE_FRAME, 0x2500);
    canvas_text(c, 0, 1, ROLE_TITLE, path_name(app->draft.recipe.data.dataset));
    if (app->gallery.study_error.kind != ERROR_NONE)
        canvas_paragraph(&below, 0, ROLE_BAD, app->gallery.study_error.text);
    else if (step >= STUDY_OPENED)
        facts_draw(&below, study, step);
}

static void draw_list(struct canvas *c, const struct app *app)
{
    int count = line_count(app);
    struct view v = view_of(app, c->clip.rows);

    for (int row = 0; row < v.rows && v.first + row < count; row++) {
        draw_entry(c, v.top + row, app, v.first + row);
        if (app->display.focus == PANEL_DATASET && v.first + row == selected_line(app))
            canvas_row_role(c, v.top + row, ROLE_SELECTED);
    }
    if (!app->datasets.listed && count < v.rows)
        canvas_text(c, count, 1, ROLE_DIM, looking_words);
    if (v.pinned >= 0)
        draw_entry(c, v.pinned, app, chosen_line(app));
    shape_more(c, v.top, v.rows, v.first > 0, v.first + v.rows < count);
}

static void draw(struct canvas *c, const struct app *app)
{
    int facts = facts_rows(app, c->clip.rows), rows = c->clip.rows - facts;
    struct canvas list = canvas_part(c, (struct rectangle){ 0, 0, rows, c->clip.columns });
    struct canvas below = canvas_part(c, (struct rectangle){ rows, 0, facts, c->clip.columns });

    draw_list(&list, app);
    if (facts > 0)
        draw_facts(&below, app);
}

static int choose(struct app *app, const char *name)
{
    if (strcmp(app->draft.recipe.data.dataset, name) == 0)
        return REACTION_HANDLED;
    text_copy(app->draft.recipe.data.dataset, sizeof app->draft.recipe.data.dataset, name);
    app->datasets.chosen = true;
    return REACTION_MODEL_CHANGED;
}

static int choose_entry(struct app *app, int position)
{
    if (position >= own_count(app))
        offer_rows_enter(app, position - own_count(app));
    if (position >= datasets_count(&app->datasets))
        return REACTION_HANDLED;

    const struct catalogue_entry *entry = datasets_entry(&app->datasets, position, NULL);

    if (entry->readable || !entry->looked)
        return choose(app, entry->name);
    dialog_ask(app, &(struct ask_setup){ .title = path_name(entry->name), .text = entry->problem });
    return REACTION_HANDLED;
}

/* The chosen one stays where it can be seen. */
static int forget(struct app *app, int position)
{
    char path[PATH_SIZE];

    if (position < datasets_count(&app->datasets))
        text_copy(path, sizeof path, datasets_entry(&app->datasets, position, NULL)->path);
    if (position == chosen_line(app) || position >= datasets_count(&app->datasets) ||
        !datasets_forget(&app->datasets, position))
        display_say(&app->display, ROLE_DIM, "only a path that is not chosen can leave the list");
    else
        display_say(&app->display, ROLE_NORMAL, "%s has left the list; nothing else happened to it", path);
    return REACTION_HANDLED;
}

static bool is_name(const struct app *app, const char *typed)
{
    for (int i = 0; i < datasets_count(&app->datasets); i++)
        if (strcmp(datasets_entry(&app->datasets, i, NULL)->name, typed) == 0)
            return true;
    return false;
}

/* A recipe of a run does not know the folder of here; what links and dots lead to is found out by the look. */
static bool make_absolute(const struct app *app, char out[PATH_SIZE], const char *typed, struct error *e)
{
    char path[PATH_SIZE], here[PATH_SIZE];

    if (!path_typed(path, typed, e))
        return false;
    if (path[0] == '/' || is_name(app, typed))
        return text_copy(out, PATH_SIZE, path);
    return getcwd(here, sizeof here) ? path_join(out, here, path, e)
                                     : error_set_errno(e, "cannot tell which folder this is");
}

/* What can be read, or is not known to be unreadable after a moment: it is looked at on then. *name: what the recipe of
 * a run will have. */
static bool look_at_typed(const struct app *app, const char *typed, char name[PATH_SIZE], struct error *e)
{
    const double moment = 0.5;
    const struct inspect_listener nobody = { NULL, NULL };
    struct errand *look = inspect_start(typed, NULL, INSPECT_SECONDS, nobody, e);
    bool good = look != NULL;

    if (look && errand_wait(look, moment, e))
        good = e->kind == ERROR_NONE && text_copy(name, PATH_SIZE, inspect_found(look)->absolute);
    else if (look)
        good = make_absolute(app, name, typed, e);
    errand_free(look);
    return good;
}

static bool accept_path(struct app *app, const char *path, struct error *e)
{
    char name[PATH_SIZE];

    if (!look_at_typed(app, path, name, e))
        return false;
    if (strlen(name) >= sizeof app->draft.recipe.data.dataset)
        return error_set(e, ERROR_INPUT, "a recipe cannot hold a path of more than %zu bytes",
                         sizeof app->draft.recipe.data.dataset - 1);
    choose(app, name);
    app_recipe_changed(app);
    app->display.selected[PANEL_DATASET] = chosen_line(app);
    return true;
}

static void take_path(struct app *app, const char *path)
{
    struct error e;

    if (!accept_path(app, path, &e))
        display_say_error(&app->display, &e);
}

static void ask_path(struct app *app)
{
    dialog_text(app, &(struct text_setup){
        .title = "Data set",
        .prompt = "A folder, a file or a name:",
        .path = true,
        .accept = accept_path,
    });
}

/* The recipe's as the recipe wants its images. */
static void preview(struct app *app, int position)
{
    const struct dataset_info *own = datasets_info(&app->datasets);

    if (position == chosen_line(app) && own) {
        preview_view_open(app, app->datasets.looked_at, own);
        return;
    }
    if (position >= datasets_count(&app->datasets)) {
        display_say(&app->display, ROLE_DIM, "it is not here, so that there is nothing to look at");
        return;
    }

    const struct catalogue_entry *entry = datasets_entry(&app->datasets, position, NULL);

    if (entry->readable)
        preview_view_open(app, entry->name, &entry->info);
    else
        dialog_ask(app, &(struct ask_setup){ .title = path_name(entry->name),
                                             .text = entry->looked ? entry->problem : "It is still being looked at." });
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
    case KEYCODE_DELETE:
    case 'd':
        return forget(app, selected_line(app));
    case KEYCODE_ENTER:
    case ' ':
        return choose_entry(app, selected_line(app));
    case '/':
        ask_path(app);
        return REACTION_HANDLED;
    case 'a':
        browser_open(app, take_path);
        return REACTION_HANDLED;
    case 'p':
    case 'P':
        preview(app, selected_line(app));
        return REACTION_HANDLED;
    case 'r':
    case 'R':
        return read_again(app);
    default:
        return REACTION_NONE;
    }
}

static const struct key_help keys[] = {
    { "Enter Space", "choose it, or fetch it", "Choose" },
    { "p", "look at its images", "Preview" },
    { "/", "type the path of another", "Path" },
    { "a", "find one in the folders", NULL },
    { "d Del", "take a path off the list", NULL },
    { "r", "read the folder again", NULL },
    { NULL, NULL, NULL },
};

PANEL_CLASS(dataset) = {
    .title = "Dataset",
    .draw = draw,
    .key = key,
    .keys = keys,
    .line_at = line_at,
};
