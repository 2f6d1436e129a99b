#include "tui/exports.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "plot/chart_page.h"
#include "plot/palette.h"
#include "run/figures/export.h"
#include "tui/app.h"
#include "tui/dialogs/dialog_form.h"
#include "tui/draw/figures.h"
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

static const char *const format_names[] = {
    "all",
#define NAME(position, name, help) #name,
    PICTURE_FORMATS(NAME)
#undef NAME
    NULL,
};

static const struct field rows[] = {
    CHOICE_FIELD(struct wish, what, what_names, 0, "which chart; all: those that have something to show"),
    CHOICE_FIELD(struct wish, format, format_names, PICTURE_PNG + 1,
                 "png: pixels, svg and pdf: lines and text, csv: the numbers"),
    TEXT_FIELD(struct wish, size, "1600x1000", "pixels, or in print: 160x100mm, 16x10cm, 8x5in"),
    REAL_FIELD(struct wish, dpi, 0, 2400, 0, "pixels on an inch: how large text is; 0: what fits the size"),
    CHOICE_FIELD(struct wish, theme, palette_names, PALETTE_LIGHT, "light for paper, dark for slides"),
    SWITCH_FIELD(struct wish, logarithmic, false, "logarithmic axes, where that makes sense"),
    PATH_FIELD(struct wish, folder, "", "where to; empty: plots/ in the run's folder"),
};
static const struct field_table fields = FIELD_TABLE(rows);

static const char kept_as[] = "charts.ini";

/* `folder` is where a path is kept that `out` points to. */
static bool understand(const struct wish *w, struct export_wish *out, char folder[PATH_SIZE], struct error *e)
{
    *out = (struct export_wish){ .form = { .dpi = w->dpi, .palette = (enum palette_position)w->theme },
                                 .curves = { .logarithmic = w->logarithmic } };
    if (w->what > 0)
        out->figures[w->what - 1] = true;
    for (int i = 0; i < PICTURE_FORMAT_COUNT; i++)
        out->formats[i] = w->format == 0 || w->format == i + 1;
    if (w->folder[0] != '\0') {
        if (!path_typed(folder, w->folder, e))
            return false;
        out->into = folder;
    }
    return export_parse_size(out, w->size, e);
}

static void tell(struct app *app, const struct export_files *files)
{
    const int around = (int)strlen("charts: ") + 2;
    char shown[PATH_SIZE], others[PATH_SIZE] = "";

    for (int i = 1; i < files->count; i++)
        text_append(others, sizeof others, ", %s", path_name(files->path[i]));
    if ((int)strlen(others) > app->display.columns / 2) {
        others[0] = '\0';
        text_append(others, sizeof others, " and %d more", files->count - 1);
    }
    figure_path(shown, sizeof shown, files->path[0], app->display.columns - around - (int)strlen(others));
    display_say(&app->display, ROLE_GOOD, "charts: %s%s", shown, others);
}

static void export(struct app *app, const struct export_wish *wish)
{
    struct export_files files;
    struct error e;

    if (export_run(live_folder(&app->live), wish, &files, &e))
        tell(app, &files);
    else
        display_say_error(&app->display, &e);
}

static bool has_run(struct app *app)
{
    if (live_kept(&app->live))
        return true;
    display_say(&app->display, ROLE_DIM, "nothing to export: %s",
                live_there(&app->live) ? "the run made no step" : "press F5 to train");
    return false;
}

void exports_now(struct app *app)
{
    if (has_run(app))
        export(app, &(struct export_wish){ 0 });
}

static enum role describe(const struct app *app, const void *settings, int target, char *out, size_t size)
{
    struct export_wish wish;
    char folder[PATH_SIZE];
    struct error e;
    (void)app;
    (void)target;

    if (!understand(settings, &wish, folder, &e)) {
        text_copy(out, size, e.text);
        return ROLE_BAD;
    }
    const double millimetres = 25.4, dpi = wish.form.dpi > 0 ? wish.form.dpi
                                                             : chart_page_dpi(wish.form.width, wish.form.height);

    snprintf(out, size, "%d × %d pixels, %.0f × %.0f mm in print", wish.form.width, wish.form.height,
             wish.form.width / dpi * millimetres, wish.form.height / dpi * millimetres);
    return ROLE_DIM;
}

/* The run may be over and gone since the form was opened. */
static void apply(struct app *app, const void *settings, int target)
{
    struct export_wish wish;
    char folder[PATH_SIZE];
    struct error e;
    (void)target;

    kept_form_write(kept_as, fields, settings, &e); /* for the next time: nothing is lost where it cannot be */
    if (!understand(settings, &wish, folder, &e))
        display_say_error(&app->display, &e);
    else if (has_run(app))
        export(app, &wish);
}

void exports_open(struct app *app)
{
    struct wish wish;

    if (!has_run(app))
        return;
    kept_form_read(kept_as, fields, &wish);
    dialog_form(app, &(struct form_setup){
        .title = "Charts as files",
        .fields = fields,
        .settings = &wish,
        .describe = describe,
        .apply = apply,
    });
}
