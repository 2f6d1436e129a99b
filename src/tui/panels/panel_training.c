#include <string.h>

#include "base/text.h"
#include "nn/recipe/augmentation.h"
#include "nn/recipe/device_name.h"
#include "nn/recipe/recipe_rate.h"
#include "tui/app.h"
#include "tui/dialogs/dialog_form.h"
#include "tui/draw/shapes.h"
#include "tui/panels/panel.h"

/* A line for each section of the recipe; Enter opens the section's form. */
enum { LABEL_COLUMNS = 10, WIDE_COLUMNS = 36, VALUE_SIZE = 160 };

/* Each writes what a section says, with ", " before every part; `wide`: there is room for more than the main ones. */
static void write_data(const struct recipe *r, bool wide, char out[VALUE_SIZE])
{
    const struct recipe_data *d = &r->data;

    if (d->size > 0)
        text_append(out, VALUE_SIZE, ", %d px", d->size);
    augmentation_summary(d, out, VALUE_SIZE);
    if (d->balance != BALANCE_NONE)
        text_append(out, VALUE_SIZE, ", balance: %s", balance_names[d->balance]);
    if (d->validation > 0)
        text_append(out, VALUE_SIZE, ", %g %% held out", 100 * d->validation);
    if (out[0] == '\0')
        text_append(out, VALUE_SIZE, wide ? ", no augmentation" : ", as it is");
}

static void write_training(const struct recipe *r, bool wide, char out[VALUE_SIZE])
{
    const struct recipe_training *t = &r->training;
    char weights[PATH_SIZE];

    text_append(out, VALUE_SIZE, wide ? ", %d epochs, batch %d" : ", %d ep, batch %d", t->epochs, t->batch);
    if (device_name_replicas(t->device) > 1) {
        text_append(out, VALUE_SIZE, ", ");
        device_name_each_words(device_name_replicas(t->device), t->shares, t->batch, out, VALUE_SIZE);
    }
    if (t->accumulate > 1)
        text_append(out, VALUE_SIZE, ", by %d", recipe_rows(r));
    if (t->weights[0] != '\0') {
        text_sanitise(weights, sizeof weights, path_name(t->weights));
        text_append(out, VALUE_SIZE, ", from %s", weights);
    }
    if (t->freeze > 0)
        text_append(out, VALUE_SIZE, ", frozen to %d", t->freeze);
    if (t->precision != PRECISION_FP32)
        text_append(out, VALUE_SIZE, ", %s", precision_names[t->precision]);
    if (t->patience > 0)
        text_append(out, VALUE_SIZE, ", patience %d", t->patience);
    if (t->clip > 0)
        text_append(out, VALUE_SIZE, ", clip %g", t->clip);
    if (t->label_smoothing > 0)
        text_append(out, VALUE_SIZE, ", smooth %g", t->label_smoothing);
    if (wide)
        text_append(out, VALUE_SIZE, ", seed %d", t->seed);
}

static void write_optimiser(const struct recipe *r, bool wide, char out[VALUE_SIZE])
{
    char text[VALUE_SIZE];
    (void)wide;

    optimiser_summary(&r->optimiser, recipe_rate_factor(r), text, sizeof text);
    text_append(out, VALUE_SIZE, ", %s", text);
}

static void write_schedule(const struct recipe *r, bool wide, char out[VALUE_SIZE])
{
    const struct schedule *s = &r->schedule;
    const struct recipe_section *section = &recipe_sections[RECIPE_SECTION_schedule];
    char kind[VALUE_SIZE];
    (void)wide;

    field_format(fields_find(*section->fields, "kind"), s, kind, sizeof kind);
    text_append(out, VALUE_SIZE, ", %s", kind);
    if (s->kind == SCHEDULE_STEP)
        text_append(out, VALUE_SIZE, " ×%g / %g ep", s->step_factor, s->step_epochs);
    if (s->warmup > 0)
        text_append(out, VALUE_SIZE, ", %g ep warm-up", s->warmup);
}

static void (*const writers[RECIPE_SECTION_COUNT])(const struct recipe *r, bool wide, char out[VALUE_SIZE]) = {
#define SECTION(name, type, help) [RECIPE_SECTION_##name] = write_##name,
    RECIPE_SECTIONS(SECTION)
#undef SECTION
};

/* What is hardly meant by these values; NULL: nothing. */
static const char *warning_of(const struct recipe_warnings *w, int section)
{
    for (int i = 0; i < w->count; i++)
        if (w->list[i].section == section)
            return w->list[i].text;
    return NULL;
}

static void draw_section(struct canvas *c, int row, const struct app *app, int section)
{
    bool warned = warning_of(&app->draft.warnings, section) != NULL;
    char text[VALUE_SIZE] = "";

    writers[section](&app->draft.recipe, c->clip.columns >= WIDE_COLUMNS, text);
    canvas_text(c, row, 0, ROLE_WARN, warned ? "!" : "");
    canvas_text(c, row, 1, ROLE_DIM, recipe_sections[section].name);
    canvas_parts(c, row, 1 + LABEL_COLUMNS, warned ? ROLE_WARN : ROLE_NORMAL, text + strlen(", "), ", ");
}

static int line_at(const struct app *app, struct rectangle inside, int row)
{
    return layout_line_at(app->display.selected[PANEL_TRAINING], RECIPE_SECTION_COUNT, inside.rows, row);
}

static void draw(struct canvas *c, const struct app *app)
{
    int selected = app->display.selected[PANEL_TRAINING];
    int first = layout_first(selected, RECIPE_SECTION_COUNT, c->clip.rows);

    for (int row = 0; row < c->clip.rows && first + row < RECIPE_SECTION_COUNT; row++) {
        draw_section(c, row, app, first + row);
        if (app->display.focus == PANEL_TRAINING && first + row == selected)
            canvas_row_role(c, row, ROLE_SELECTED);
    }
    shape_more(c, 0, c->clip.rows, first > 0, first + c->clip.rows < RECIPE_SECTION_COUNT);
}

/* Sections whose values change the learning rate. */
static bool tells_rate(int section)
{
    return section == RECIPE_SECTION_training || section == RECIPE_SECTION_optimiser;
}

/* A form with these values would be taken: is it what is meant? */
static enum role describe(const struct app *app, const void *settings, int target, char *out, size_t size)
{
    const struct recipe_section *section = &recipe_sections[target];
    struct recipe recipe = app->draft.recipe;
    struct recipe_warnings warnings;
    const char *warning;

    memcpy(recipe_settings(&recipe, section), settings, dialog_form_size(*section->fields));
    warnings = draft_warnings(&recipe, datasets_info(&app->datasets));
    warning = warning_of(&warnings, target);
    out[0] = '\0';
    if (tells_rate(target))
        recipe_rate_words(&recipe, out, size);
    if (!warning)
        return ROLE_NORMAL;
    text_append(out, size, "%s%s", out[0] ? "; " : "", warning);
    return ROLE_WARN;
}

static void apply(struct app *app, const void *settings, int target)
{
    const struct recipe_section *section = &recipe_sections[target];

    app_change_recipe(app, recipe_settings(&app->draft.recipe, section), settings, dialog_form_size(*section->fields));
}

static int key(struct app *app, int key)
{
    int selected = app->display.selected[PANEL_TRAINING];
    int to = keys_move(selected, RECIPE_SECTION_COUNT, RECIPE_SECTION_COUNT, key);
    const struct recipe_section *section = &recipe_sections[selected];

    if (to >= 0) {
        app->display.selected[PANEL_TRAINING] = to;
        return REACTION_HANDLED;
    }
    if (key != KEYCODE_ENTER)
        return REACTION_NONE;
    dialog_form(app, &(struct form_setup){
        .title = section->name,
        .fields = *section->fields,
        .settings = recipe_settings(&app->draft.recipe, section),
        .target = selected,
        .describe = describe,
        .apply = apply,
    });
    return REACTION_HANDLED;
}

static const struct key_help keys[] = {
    { "Enter", "edit the values", "Edit" },
    { NULL, NULL, NULL },
};

PANEL_CLASS(training) = {
    .title = "Training",
    .draw = draw,
    .key = key,
    .keys = keys,
    .line_at = line_at,
};
