#include "tui/exports.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "plot/chart_page.h"
#include "plot/palette.h"
#include "tui/app.h"
#include "tui/dialogs/dialog_form.h"
#include "tui/draw/figures.h"
#include "tui/state/comparing.h"
#include "tui/state/exporting.h"
#include "tui/state/kept.h"

/* What the form says. */
struct wish {
    int what;   /* 0: all, else a figure's position + 1 */
    int format; /* 0: all, else a format's position + 1 */
    char size[32];
    double dpi; /* 0: what fits the size */
    int theme;  /* enum palette_position */
    bool logarithmic;
    char folder[FIELD_TEXT_SIZE]; /* "": the run's plots */
};

static const char *const what_names[] = {
    "all",
#define NAME(position, name) #name,
    CHARTS(NAME) FIGURES(NAME)
#undef NAME
    NULL,
};

static const char *const comparison_names[] = {
    "all",
#define NAME(position, name) #name,
    COMPARISON_FIGURES(NAME)
#undef NAME
    NULL,
};

static const char *const format_names[] = {
    "all",
#define NAME(position, name, help) #name,
    PICTURE_FORMATS(NAME)
#undef NAME
    NULL,
};

#define FORM_ROWS(names, whose) \
    CHOICE_FIELD(struct wish, what, names, 0, "which chart; all: those that have something to show"), \
    CHOICE_FIELD(struct wish, format, format_names, PICTURE_PNG + 1, \
                 "png: pixels, svg and pdf: lines and text, csv: the numbers"), \
    TEXT_FIELD(struct wish, size, "1600x1000", "pixels, or in print: 160x100mm, 16x10cm, 8x5in"), \
    REAL_FIELD(struct wish, dpi, 0, 2400, 0, "pixels on an inch: how large text is; 0: what fits the size"), \
    CHOICE_FIELD(struct wish, theme, palette_names, PALETTE_LIGHT, "light for paper, dark for slides"), \
    SWITCH_FIELD(struct wish, logarithmic, false, "logarithmic axes, where that makes sense"), \
    PATH_FIELD(struct wish, folder, "", "where to; empty: plots/ in the folder of " whose)

static const struct field run_rows[] = { FORM_ROWS(what_names, "the run") };
static const struct field comparison_rows[] = { FORM_ROWS(comparison_names, "the comparison") };

/* What charts can be of: a form's target. */
enum { OF_RUN, OF_COMPARISON };

static const struct subject {
    const char *title, *kept_as;
    struct field_table fields;
} subjects[] = {
    [OF_RUN] = { "Charts as files", "charts.ini", FIELD_TABLE(run_rows) },
    [OF_COMPARISON] = { "Charts of the comparison as files", "comparison-charts.ini", FIELD_TABLE(comparison_rows) },
};

/* What is to be written. */
struct order {
    struct export_wish wish;
    struct comparison_choice choice; /* of a comparison */
    char folder[PATH_SIZE];          /* that the wish points to */
};

static bool understand(const struct wish *w, int target, struct order *out, struct error *e)
{
    *out = (struct order){ .wish = { .form = { .dpi = w->dpi, .palette = (enum palette_position)w->theme },
                                     .curves = { .logarithmic = w->logarithmic } } };
    if (w->what > 0 && target == OF_RUN)
        out->wish.figures[w->what - 1] = true;
    else if (w->what > 0)
        out->choice.figures[w->what - 1] = true;
    for (int i = 0; i < PICTURE_FORMAT_COUNT; i++)
        out->wish.formats[i] = w->format == 0 || w->format == i + 1;
    if (w->folder[0] != '\0') {
        if (!path_typed(out->folder, w->folder, e))
            return false;
        out->wish.into = out->folder;
    }
    return export_parse_size(&out->wish, w->size, e);
}

static void tell(struct app *app, const struct export_files *files)
{
    const int around = (int)strlen("charts: ") + 2;
    char shown[PATH_SIZE], others[PATH_SIZE] = "";

    if (files->count == 0) {
        display_say(&app->display, ROLE_DIM, "nothing to draw yet: no run has been through an epoch");
        return;
    }
    for (int i = 1; i < files->count; i++)
        text_append(others, sizeof others, ", %s", path_name(files->path[i]));
    if ((int)strlen(others) > app->display.columns / 2) {
        others[0] = '\0';
        text_append(others, sizeof others, " and %d more", files->count - 1);
    }
    figure_path(shown, sizeof shown, files->path[0], app->display.columns - around - (int)strlen(others));
    display_say(&app->display, ROLE_GOOD, "charts: %s%s", shown, others);
}

/* Those of a comparison are of all its runs, as they are now. */
static struct exporting *begin(struct app *app, int target, const struct order *o, struct error *e)
{
    const struct trainer_events *events = &app->live.events;
    const struct comparison *c = target == OF_COMPARISON ? app->comparing->comparison : NULL;

    if (!c)
        return exporting_run(live_folder(&app->live), &o->wish, events, e);
    if (c->folder[0] || o->wish.into)
        return exporting_comparison(c, &o->choice, &o->wish, events, e);
    error_set(e, ERROR_USAGE, "these runs have no folder of their own together: E asks where to");
    return NULL;
}

static void export(struct app *app, int target, const struct order *o)
{
    struct error e;

    if (app->charts.exporting) {
        display_say(&app->display, ROLE_DIM, "the charts are being written");
        return;
    }
    app->charts.exporting = begin(app, target, o, &e);
    if (app->charts.exporting)
        display_say(&app->display, ROLE_NORMAL, "writing the charts");
    else
        display_say_error(&app->display, &e);
}

bool exports_follow(struct app *app)
{
    struct export_files files;
    struct error e;

    if (!app->charts.exporting || !exporting_take(app->charts.exporting, &files, &e))
        return false;
    exporting_close(app->charts.exporting);
    app->charts.exporting = NULL;
    if (e.kind == ERROR_NONE)
        tell(app, &files);
    else
        display_say_error(&app->display, &e);
    return true;
}

const char *exports_farewell(struct app *app)
{
    exports_follow(app);
    if (!app->charts.exporting)
        return NULL;
    exporting_close(app->charts.exporting);
    app->charts.exporting = NULL;
    return "charts that were not written yet are left out";
}

static int target_of(const struct app *app)
{
    return app->comparing ? OF_COMPARISON : OF_RUN;
}

/* The run, or the comparison, may be over and gone since the form was opened. */
static bool is_there(struct app *app, int target)
{
    if (target == OF_COMPARISON ? app->comparing && app->comparing->table : live_kept(&app->live))
        return true;
    display_say(&app->display, ROLE_DIM, "nothing to export: %s",
                target == OF_COMPARISON ? "the runs are not read yet"
                : live_there(&app->live) ? "the run made no step" : "press F5 to train");
    return false;
}

void exports_now(struct app *app)
{
    const int target = target_of(app);

    if (is_there(app, target))
        export(app, target, &(struct order){ 0 });
}

static enum role describe(const struct app *app, const void *settings, int target, char *out, size_t size)
{
    struct order o;
    struct error e;
    (void)app;

    if (!understand(settings, target, &o, &e)) {
        text_copy(out, size, e.text);
        return ROLE_BAD;
    }
    const struct picture_form *form = &o.wish.form;
    const double millimetres = 25.4, dpi = form->dpi > 0 ? form->dpi : chart_page_dpi(form->width, form->height);

    snprintf(out, size, "%d × %d pixels, %.0f × %.0f mm in print", form->width, form->height,
             form->width / dpi * millimetres, form->height / dpi * millimetres);
    return ROLE_DIM;
}

static void apply(struct app *app, const void *settings, int target)
{
    struct order o;
    struct error e;

    /* For the next time: nothing is lost where it cannot be. */
    kept_form_write(subjects[target].kept_as, subjects[target].fields, settings, &e);
    if (!understand(settings, target, &o, &e))
        display_say_error(&app->display, &e);
    else if (is_there(app, target))
        export(app, target, &o);
}

void exports_open(struct app *app)
{
    const int target = target_of(app);
    struct wish wish;

    if (!is_there(app, target))
        return;
    kept_form_read(subjects[target].kept_as, subjects[target].fields, &wish);
    dialog_form(app, &(struct form_setup){
        .title = subjects[target].title,
        .fields = subjects[target].fields,
        .settings = &wish,
        .target = target,
        .describe = describe,
        .apply = apply,
    });
}
