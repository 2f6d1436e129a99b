#include <string.h>

#include "base/text.h"
#include "tui/app.h"
#include "tui/dialogs/dialog_form.h"
#include "tui/panels/panel.h"

/* One line for each section of the recipe; Enter opens the section's form. */
enum { LABEL_COLUMNS = 10, WIDE_COLUMNS = 36, VALUE_SIZE = 160 };

static const char *choice_name(const struct recipe_section *section, const char *field, const struct app *app,
                               char out[VALUE_SIZE])
{
    const struct field *f = fields_find(*section->fields, field);

    field_format(f, (const char *)&app->draft.recipe + section->offset, out, VALUE_SIZE);
    return out;
}

static void data_summary(const struct recipe_section *section, const struct app *app, bool wide, char out[VALUE_SIZE])
{
    const struct recipe_data *d = &app->draft.recipe.data;
    (void)section;

    if (d->flip)
        text_append(out, VALUE_SIZE, ", flip");
    if (d->shift > 0)
        text_append(out, VALUE_SIZE, ", shift %d", d->shift);
    if (d->validation > 0)
        text_append(out, VALUE_SIZE, ", %g %% held out", 100 * d->validation);
    if (out[0] == '\0')
        text_append(out, VALUE_SIZE, wide ? ", no augmentation" : ", as it is");
}

static void training_summary(const struct recipe_section *section, const struct app *app, bool wide,
                             char out[VALUE_SIZE])
{
    const struct recipe_training *t = &app->draft.recipe.training;
    (void)section;

    text_append(out, VALUE_SIZE, wide ? ", %d epochs, batch %d" : ", %d ep, batch %d", t->epochs, t->batch);
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

static void optimiser_line(const struct recipe_section *section, const struct app *app, bool wide, char out[VALUE_SIZE])
{
    char text[VALUE_SIZE];
    (void)section;
    (void)wide;

    optimiser_summary(&app->draft.recipe.optimiser, text, sizeof text);
    text_append(out, VALUE_SIZE, ", %s", text);
}

static void schedule_summary(const struct recipe_section *section, const struct app *app, bool wide,
                             char out[VALUE_SIZE])
{
    const struct schedule *s = &app->draft.recipe.schedule;
    char kind[VALUE_SIZE];
    (void)wide;

    text_append(out, VALUE_SIZE, ", %s", choice_name(section, "kind", app, kind));
    if (s->kind == SCHEDULE_STEP)
        text_append(out, VALUE_SIZE, " ×%g / %g ep", s->step_factor, s->step_epochs);
    if (s->warmup > 0)
        text_append(out, VALUE_SIZE, ", %g ep warm-up", s->warmup);
}

/* A section without a row here is shown by its help text. Each summary appends ", word" for all it has to say. */
static const struct {
    const char *section;
    void (*summary)(const struct recipe_section *section, const struct app *app, bool wide, char out[VALUE_SIZE]);
} summaries[] = {
    { "data", data_summary },
    { "training", training_summary },
    { "optimiser", optimiser_line },
    { "schedule", schedule_summary },
};

static void draw_section(struct canvas *c, int row, const struct app *app, const struct recipe_section *section)
{
    char text[VALUE_SIZE] = "";
    const char *shown = section->help;

    for (size_t i = 0; i < sizeof summaries / sizeof *summaries; i++)
        if (strcmp(summaries[i].section, section->name) == 0) {
            summaries[i].summary(section, app, c->clip.columns >= WIDE_COLUMNS, text);
            shown = text + strlen(", ");
        }
    canvas_text(c, row, 1, ROLE_DIM, section->name);
    canvas_text(c, row, 1 + LABEL_COLUMNS, ROLE_NORMAL, shown);
}

static void draw(struct canvas *c, const struct app *app)
{
    int selected = app->display.selected[PANEL_TRAINING];
    int first = layout_first(selected, RECIPE_SECTION_COUNT, c->clip.rows);

    for (int row = 0; row < c->clip.rows && first + row < RECIPE_SECTION_COUNT; row++) {
        draw_section(c, row, app, &recipe_sections[first + row]);
        if (app->display.focus == PANEL_TRAINING && first + row == selected)
            canvas_row_role(c, row, ROLE_SELECTED);
    }
}

static void apply(struct app *app, const void *settings, int target)
{
    const struct recipe_section *section = &recipe_sections[target];
    void *now = recipe_settings(&app->draft.recipe, section);
    size_t size = dialog_form_size(*section->fields);

    if (memcmp(now, settings, size) == 0)
        return;
    draft_remember(&app->draft);
    memcpy(now, settings, size);
    app_recipe_changed(app);
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
        .apply = apply,
    });
    return REACTION_HANDLED;
}

static const struct key_help keys[] = {
    { "Enter", "edit the values of this line" },
    { NULL, NULL },
};

PANEL_CLASS(training) = {
    .title = "Training",
    .draw = draw,
    .key = key,
    .keys = keys,
};
