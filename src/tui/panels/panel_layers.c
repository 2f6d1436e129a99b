#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "nn/recipe/finetuning.h"
#include "tui/app.h"
#include "tui/dialogs/dialog_form.h"
#include "tui/dialogs/dialog_list.h"
#include "tui/draw/figures.h"
#include "tui/draw/shapes.h"
#include "tui/panels/panel.h"

/* Another recipe can have fewer layers. */
static int selected_layer(const struct app *app)
{
    return int_max(int_min(app->display.selected[PANEL_LAYERS], app->draft.recipe.n_layers - 1), 0);
}

static bool is_inferred(const struct app *app, int position)
{
    return app->datasets.error.kind == ERROR_NONE && position < app->draft.model.n_layers &&
           (app->draft.model.bad_layer < 0 || position < app->draft.model.bad_layer);
}

static void draw_layer(struct canvas *c, int row, const struct app *app, int position)
{
    char summary[64], shape[FIGURE_SIZE] = "";
    bool bad = app->draft.model.bad_layer == position, frozen = position < app->draft.recipe.training.freeze;
    int end = c->clip.columns - 1;

    layer_summary(&app->draft.recipe.layers[position], c->unicode, summary, sizeof summary);
    if (is_inferred(app, position))
        shape_format(app->draft.model.layers[position].out, c->unicode, shape, sizeof shape);
    end = canvas_text_right(c, row, end, bad ? ROLE_BAD : ROLE_DIM, bad ? "impossible" : shape);

    struct canvas left = canvas_part(c, (struct rectangle){ row, 1, 1, end - 2 });

    canvas_text(&left, 0, 0, bad ? ROLE_BAD : frozen ? ROLE_DIM : ROLE_NORMAL, summary);
}

static bool all_frozen(const struct model *m)
{
    return m->bad_layer < 0 && m->parameters > 0 && m->trained == 0;
}

static void draw_total(struct canvas *c, int row, const struct app *app)
{
    char count[FIGURE_SIZE], trained[FIGURE_SIZE], total[2 * FIGURE_SIZE + 16];

    if (app->draft.recipe.n_layers == 0 || app->datasets.error.kind != ERROR_NONE)
        return;
    text_count(count, sizeof count, app->draft.model.parameters);
    snprintf(total, sizeof total, "%s parameters", count);
    if (app->draft.model.trained < app->draft.model.parameters) {
        text_count(trained, sizeof trained, app->draft.model.trained);
        snprintf(total, sizeof total, "%s of %s trained", trained, count);
    }
    if (app->draft.model_error.kind == ERROR_NONE)
        canvas_text_right(c, row, c->clip.columns - 1, ROLE_DIM, total);
    else
        canvas_text_right(c, row, c->clip.columns - 1, ROLE_BAD,
                          all_frozen(&app->draft.model) ? "nothing is left to train" : "these do not fit together");
}

static int line_at(const struct app *app, struct rectangle inside, int row)
{
    return layout_line_at(selected_layer(app), app->draft.recipe.n_layers, inside.rows - 1, row);
}

static void draw(struct canvas *c, const struct app *app)
{
    int rows = c->clip.rows - 1, count = app->draft.recipe.n_layers;
    int selected = selected_layer(app), first = layout_first(selected, count, rows);

    if (count == 0)
        canvas_text(c, 0, 1, ROLE_DIM, "no layers: a adds one");
    for (int row = 0; row < rows && first + row < count; row++) {
        draw_layer(c, row, app, first + row);
        if (app->display.focus == PANEL_LAYERS && first + row == selected)
            canvas_row_role(c, row, ROLE_SELECTED);
    }
    shape_more(c, 0, rows, first > 0, first + rows < count);
    draw_total(c, rows, app);
}

static struct list_item class_item(const void *items, int position)
{
    const struct layer_class *class = layer_classes[position];
    (void)items;

    return (struct list_item){ .name = class->name, .note = class->category, .help = class->help };
}

static void add_layer(struct app *app, const void *items, int class)
{
    int position = app->draft.recipe.n_layers > 0 ? selected_layer(app) + 1 : 0;
    struct layer new = layer_new(layer_classes[class]);
    (void)items;

    if (app->draft.recipe.n_layers == LAYERS_MAX) {
        display_say(&app->display, ROLE_BAD, "a recipe has at most %d layers", LAYERS_MAX);
        return;
    }
    finetuning_insert_layer(&app->draft.recipe, position, &new);
    app->display.selected[PANEL_LAYERS] = position;
    app_recipe_changed(app);
}

static void choose_class(struct app *app)
{
    int count = 0;

    while (layer_classes[count])
        count++;
    dialog_list(app, &(struct list_setup){
        .title = "Add a layer",
        .count = count,
        .item = class_item,
        .chosen = add_layer,
    });
}

/* What these settings of one layer make of the model. */
static enum role describe(const struct app *app, const void *settings, int target, char *out, size_t size)
{
    struct recipe recipe = app->draft.recipe;
    struct layer *l = &recipe.layers[target];
    struct shape input = shape_image(app->datasets.info.height, app->datasets.info.width, app->datasets.info.channels);
    struct model model;
    struct error e;
    char shape[FIGURE_SIZE], own[FIGURE_SIZE], all[FIGURE_SIZE];

    if (app->datasets.error.kind != ERROR_NONE) {
        text_copy(out, size, "no data set, so no shapes");
        return ROLE_NORMAL;
    }
    memcpy(l->settings, settings, dialog_form_size(l->class->fields));
    if (!model_infer(&recipe, input, app->datasets.info.classes, &model, &e)) {
        text_copy(out, size, e.text);
        return ROLE_BAD;
    }
    shape_format(model.layers[target].out, app->display.unicode, shape, sizeof shape);
    text_count(own, sizeof own, model.layers[target].parameters);
    text_count(all, sizeof all, model.parameters);
    snprintf(out, size, "gives %s, %s of %s parameters", shape, own, all);
    return ROLE_NORMAL;
}

static void apply(struct app *app, const void *settings, int target)
{
    struct layer *l = &app->draft.recipe.layers[target];

    app_change_recipe(app, l->settings, settings, dialog_form_size(l->class->fields));
}

static void edit_layer(struct app *app, int position)
{
    const struct layer *l = &app->draft.recipe.layers[position];

    if (l->class->fields.count == 0) {
        display_say(&app->display, ROLE_DIM, "%s has no settings", l->class->name);
        return;
    }
    dialog_form(app, &(struct form_setup){
        .title = l->class->name,
        .fields = l->class->fields,
        .settings = l->settings,
        .target = position,
        .describe = describe,
        .apply = apply,
    });
}

static int remove_layer(struct app *app, int position)
{
    char summary[64];

    layer_summary(&app->draft.recipe.layers[position], app->display.unicode, summary, sizeof summary);
    finetuning_remove_layer(&app->draft.recipe, position);
    display_say(&app->display, ROLE_NORMAL, "removed %s (u: undo)", summary);
    return REACTION_MODEL_CHANGED;
}

static int move_layer(struct app *app, int from, int to)
{
    if (to < 0 || to >= app->draft.recipe.n_layers)
        return REACTION_HANDLED;
    recipe_move_layer(&app->draft.recipe, from, to);
    app->display.selected[PANEL_LAYERS] = to;
    return REACTION_MODEL_CHANGED;
}

/* Frozen are the first layers: a frozen one is trained from then on, and those behind it. */
static int freeze_to(struct app *app, int position)
{
    int *freeze = &app->draft.recipe.training.freeze;

    *freeze = position < *freeze ? position : position + 1;
    if (*freeze > 0)
        display_say(&app->display, ROLE_NORMAL, "layers up to %d stay as they are (u: undo)", *freeze);
    else
        display_say(&app->display, ROLE_NORMAL, "all layers are trained (u: undo)");
    return REACTION_MODEL_CHANGED;
}

static int key_on_layer(struct app *app, int position, int key)
{
    switch (key) {
    case KEYCODE_ENTER:
        edit_layer(app, position);
        return REACTION_HANDLED;
    case KEYCODE_DELETE:
    case 'd':
    case 'D':
        return remove_layer(app, position);
    case 'K':
    case '[':
        return move_layer(app, position, position - 1);
    case 'J':
    case ']':
        return move_layer(app, position, position + 1);
    case 'z':
    case 'Z':
        return freeze_to(app, position);
    default:
        return REACTION_NONE;
    }
}

static int key(struct app *app, int key)
{
    int selected = selected_layer(app);
    int to = keys_move(selected, app->draft.recipe.n_layers, app->display.layout.panels[PANEL_LAYERS].area.rows, key);

    if (to >= 0) {
        app->display.selected[PANEL_LAYERS] = to;
        return REACTION_HANDLED;
    }
    if (key == 'a' || key == 'A' || key == KEYCODE_INSERT) {
        choose_class(app);
        return REACTION_HANDLED;
    }
    return app->draft.recipe.n_layers > 0 ? key_on_layer(app, selected, key) : REACTION_NONE;
}

static const struct key_help keys[] = {
    { "Enter", "edit the layer", "Edit" },
    { "a Ins", "add a layer after it", "Add" },
    { "d Del", "remove the layer", "Remove" },
    { "[/] K/J", "move the layer up or down", "Move" },
    { "z", "freeze up to it, or not", NULL },
    { NULL, NULL, NULL },
};

PANEL_CLASS(layers) = {
    .title = "Layers",
    .draw = draw,
    .key = key,
    .keys = keys,
    .line_at = line_at,
};
