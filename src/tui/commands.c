#include "tui/commands.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "nn/recipe/finetuning.h"
#include "nn/recipe/recipe_file.h"
#include "tui/app.h"
#include "tui/panels/panel.h"
#include "tui/preferences.h"
#include "tui/recipes.h"

/* A kind of entry: how many there are, what the one at a position is called, and what it does. */
struct kind {
    int (*count)(const struct app *app);
    void (*describe)(const struct app *app, int position, struct command_entry *out);
    void (*run)(struct app *app, const struct command_hands *hands, int position);
    bool (*set)(struct app *app, int position, const char *text, struct error *e);
};

/* Those that are done, not seen to by panels and dialogs. NULL after the last. */
static const struct key_binding *action_at(int position)
{
    static const char *const functions[ACTION_COUNT] = {
#define FUNCTION(action, function, first, second, shown, label, help) [ACTION_##action] = #function,
        ACTIONS(FUNCTION)
#undef FUNCTION
    };

    for (const struct key_binding *b = key_bindings; b->action != ACTION_NONE; b++)
        if (strcmp(functions[b->action], "nothing") != 0 && position-- == 0)
            return b;
    return NULL;
}

static int count_actions(const struct app *app)
{
    int count = 0;
    (void)app;

    while (action_at(count))
        count++;
    return count;
}

static void describe_actions(const struct app *app, int position, struct command_entry *out)
{
    const struct key_binding *b = action_at(position);
    (void)app;

    snprintf(out->name, sizeof out->name, "%s%s%s", b->label, b->label[0] ? ": " : "", b->help);
    text_copy(out->right, sizeof out->right, b->shown);
}

static void run_actions(struct app *app, const struct command_hands *hands, int position)
{
    hands->act(app, action_at(position)->action);
}

/* The keys of panels and views, one after the other: which place and which row of its table. NULL after the last. */
static const struct key_help *key_of_place(int position, enum place *place)
{
    for (*place = 0; *place < PLACE_COUNT; (*place)++)
        for (const struct key_help *k = panel_classes[*place]->keys; k && k->keys; k++)
            if (position-- == 0)
                return k;
    return NULL;
}

static int count_keys(const struct app *app)
{
    enum place place;
    int count = 0;
    (void)app;

    while (key_of_place(count, &place))
        count++;
    return count;
}

static void describe_keys(const struct app *app, int position, struct command_entry *out)
{
    enum place place;
    const struct key_help *key = key_of_place(position, &place);
    (void)app;

    snprintf(out->name, sizeof out->name, "%s: %s", panel_classes[place]->title, key->help);
    text_copy(out->right, sizeof out->right, key->keys);
}

static void run_keys(struct app *app, const struct command_hands *hands, int position)
{
    enum place place;
    const struct key_help *key = key_of_place(position, &place);

    app_focus(app, place);
    hands->press(app, keys_named(key->keys));
}

static int count_places(const struct app *app)
{
    (void)app;
    return PLACE_COUNT;
}

static void describe_places(const struct app *app, int position, struct command_entry *out)
{
    (void)app;
    snprintf(out->name, sizeof out->name, "go to %s", panel_classes[position]->title);
    snprintf(out->right, sizeof out->right, "%d", position + 1);
}

static void run_places(struct app *app, const struct command_hands *hands, int position)
{
    (void)hands;
    app_focus(app, (enum place)position);
}

static int count_presets(const struct app *app)
{
    int count = 0;
    (void)app;

    while (recipe_preset_name(count))
        count++;
    return count;
}

static void describe_presets(const struct app *app, int position, struct command_entry *out)
{
    (void)app;
    snprintf(out->name, sizeof out->name, "open %s", recipe_preset_name(position));
    text_copy(out->right, sizeof out->right, "preset");
}

static void run_presets(struct app *app, const struct command_hands *hands, int position)
{
    (void)hands;
    recipes_take(app, recipe_preset_name(position));
}

static int count_datasets(const struct app *app)
{
    return datasets_count(&app->datasets);
}

static void describe_datasets(const struct app *app, int position, struct command_entry *out)
{
    const struct catalogue_entry *entry = datasets_entry(&app->datasets, position, NULL);

    snprintf(out->name, sizeof out->name, "data set %s", entry->name);
    text_copy(out->right, sizeof out->right, entry->readable || !entry->looked ? "" : "not readable");
    text_copy(out->help, sizeof out->help, entry->problem);
}

static void run_datasets(struct app *app, const struct command_hands *hands, int position)
{
    struct recipe_data data = app->draft.recipe.data;
    (void)hands;

    text_copy(data.dataset, sizeof data.dataset, datasets_entry(&app->datasets, position, NULL)->name);
    app->datasets.chosen = true;
    app_change_recipe(app, &app->draft.recipe.data, &data, sizeof data);
}

static int count_layers(const struct app *app)
{
    int count = 0;
    (void)app;

    while (layer_classes[count])
        count++;
    return count;
}

static void describe_layers(const struct app *app, int position, struct command_entry *out)
{
    (void)app;
    snprintf(out->name, sizeof out->name, "add layer %s", layer_classes[position]->name);
    text_copy(out->right, sizeof out->right, layer_classes[position]->category);
    text_copy(out->help, sizeof out->help, layer_classes[position]->help);
}

/* After the one that is selected in the panel. */
static void run_layers(struct app *app, const struct command_hands *hands, int position)
{
    struct recipe recipe = app->draft.recipe;
    struct layer layer = layer_new(layer_classes[position]);
    int at = int_min(app->display.selected[PANEL_LAYERS] + 1, recipe.n_layers);
    (void)hands;

    if (!finetuning_insert_layer(&recipe, at, &layer)) {
        display_say(&app->display, ROLE_BAD, "a recipe has at most %d layers", LAYERS_MAX);
        return;
    }
    app_change_recipe(app, &app->draft.recipe, &recipe, sizeof recipe);
    app->display.selected[PANEL_LAYERS] = at;
    app_focus(app, PANEL_LAYERS);
}

/* The fields of all sections, one after the other. NULL after the last. */
static const struct field *setting_at(int position, const struct recipe_section **section)
{
    for (int i = 0; i < RECIPE_SECTION_COUNT; i++) {
        *section = &recipe_sections[i];
        if (position < (*section)->fields->count)
            return &(*section)->fields->fields[position];
        position -= (*section)->fields->count;
    }
    return NULL;
}

static int count_settings(const struct app *app)
{
    int count = 0;
    (void)app;

    for (int i = 0; i < RECIPE_SECTION_COUNT; i++)
        count += recipe_sections[i].fields->count;
    return count;
}

static void describe_settings(const struct app *app, int position, struct command_entry *out)
{
    const struct recipe_section *section;
    const struct field *field = setting_at(position, &section);
    struct recipe recipe = app->draft.recipe;
    char range[128];

    field_range(field, range, sizeof range);
    text_copy(out->name, sizeof out->name, field->name);
    field_format(field, recipe_settings(&recipe, section), out->right, sizeof out->right);
    snprintf(out->help, sizeof out->help, "%s: %s (%s)", section->name, field->help, range);
    out->takes_value = true;
}

static bool set_settings(struct app *app, int position, const char *text, struct error *e)
{
    struct recipe recipe = app->draft.recipe;
    const struct recipe_section *section;
    const struct field *field = setting_at(position, &section);

    if (!field_parse(field, recipe_settings(&recipe, section), text, e))
        return false;
    app_change_recipe(app, &app->draft.recipe, &recipe, sizeof recipe);
    display_say(&app->display, ROLE_NORMAL, "%s is %s", field->name, text);
    return true;
}

static int count_preferences(const struct app *app)
{
    (void)app;
    return settings_fields.count;
}

/* "screen_rate" is no learning rate. */
static void describe_preferences(const struct app *app, int position, struct command_entry *out)
{
    const struct field *field = &settings_fields.fields[position];
    char range[128];

    field_range(field, range, sizeof range);
    snprintf(out->name, sizeof out->name, "screen_%s", field->name);
    field_format(field, &app->settings, out->right, sizeof out->right);
    snprintf(out->help, sizeof out->help, "%s (%s)", field->help, range);
    out->takes_value = true;
}

static bool set_preferences(struct app *app, int position, const char *text, struct error *e)
{
    struct settings settings = app->settings;

    if (!field_parse(&settings_fields.fields[position], &settings, text, e))
        return false;
    preferences_keep(app, &settings);
    return true;
}

/* In the order in which they are listed. */
static const struct kind kinds[] = {
    { count_actions, describe_actions, run_actions, NULL },
    { count_keys, describe_keys, run_keys, NULL },
    { count_presets, describe_presets, run_presets, NULL },
    { count_datasets, describe_datasets, run_datasets, NULL },
    { count_layers, describe_layers, run_layers, NULL },
    { count_settings, describe_settings, NULL, set_settings },
    { count_preferences, describe_preferences, NULL, set_preferences },
    { count_places, describe_places, run_places, NULL },
};

static const struct kind *kind_of(const struct app *app, int *position)
{
    const struct kind *kind = kinds;

    for (int count; *position >= (count = kind->count(app)); kind++)
        *position -= count;
    return kind;
}

int commands_count(const struct app *app)
{
    int count = 0;

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        count += kinds[i].count(app);
    return count;
}

struct command_entry commands_at(const struct app *app, int position)
{
    struct command_entry entry = { .takes_value = false };

    kind_of(app, &position)->describe(app, position, &entry);
    return entry;
}

void commands_run(struct app *app, const struct command_hands *hands, int position)
{
    kind_of(app, &position)->run(app, hands, position);
}

bool commands_set(struct app *app, int position, const char *text, struct error *e)
{
    return kind_of(app, &position)->set(app, position, text, e);
}
