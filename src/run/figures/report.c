#include "run/figures/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/atomic_file.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "nn/recipe/recipe_file.h"
#include "plot/chart_page.h"
#include "run/figures/report_facts.h"
#include "run/figures/report_format.h"

enum { VALUE_SIZE = 600 };

struct report {
    const struct run_set *set;
    char folder[PATH_SIZE];
    char *svg[FIGURE_COUNT];
    size_t svg_size[FIGURE_COUNT];
    char recipes[RUNS_DRAWN_MAX][96]; /* names of their files in the folder */
    char *recipe_text[RUNS_DRAWN_MAX];
};

/* A file's name of a run's label. */
static void name_recipes(struct report *r)
{
    for (int i = 0; i < r->set->count; i++) {
        char *name = r->recipes[i];

        snprintf(name, sizeof r->recipes[i], r->set->count > 1 ? "recipe-%s.ini" : "recipe.ini", r->set->runs[i].label);
        for (char *c = name; *c; c++)
            if (*c == '/')
                *c = '-';
    }
}

static bool copy_recipes(struct report *r, struct error *e)
{
    char path[PATH_SIZE];

    name_recipes(r);
    for (int i = 0; i < r->set->count; i++) {
        r->recipe_text[i] = recipe_text(&r->set->runs[i].recipe, e);
        if (!r->recipe_text[i] || !path_join(path, r->folder, r->recipes[i], e) ||
            !atomic_file_write(path, r->recipe_text[i], strlen(r->recipe_text[i]), e))
            return false;
    }
    return true;
}

static bool draw_figures(struct report *r, const struct export_wish *wish, struct error *e)
{
    const struct picture_form form = export_form(wish);

    for (int i = 0; i < FIGURE_COUNT; i++) {
        struct figure figure;

        if (!export_has(wish, (enum figure_position)i, r->set))
            continue;
        if (!figure_make((enum figure_position)i, r->set, &wish->curves, &figure, e))
            return false;
        r->svg[i] = picture_bytes(&figure.picture, PICTURE_SVG, &form, &r->svg_size[i], e);
        figure_free(&figure);
        if (!r->svg[i])
            return false;
    }
    return true;
}

/* A row for each fact that is known of a run at least. */
static void write_facts(const struct report *r, const struct report_format *format, FILE *out,
                        const struct report_fact *facts)
{
    const int count = r->set->count;
    char values[RUNS_DRAWN_MAX][VALUE_SIZE];
    const char *cells[RUNS_DRAWN_MAX + 1] = { "" };

    for (int i = 0; i < count; i++)
        cells[i + 1] = r->set->runs[i].label;
    format->table_begin(out, cells, count + 1);
    for (const struct report_fact *fact = facts; fact->name; fact++) {
        bool known = false;

        cells[0] = fact->name;
        for (int i = 0; i < count; i++) {
            values[i][0] = '\0';
            fact->value(&r->set->runs[i], values[i], sizeof values[i]);
            cells[i + 1] = values[i][0] ? values[i] : "not known";
            known |= values[i][0] != '\0';
        }
        if (known)
            format->row(out, cells, count + 1);
    }
    format->table_end(out);
}

static void write_charts(const struct report *r, const struct report_format *format, FILE *out)
{
    for (int i = 0; i < FIGURE_COUNT; i++) {
        const struct report_picture picture = { .title = figure_help((enum figure_position)i),
                                                .name = figure_name((enum figure_position)i),
                                                .svg = r->svg[i],
                                                .svg_size = r->svg_size[i] };

        if (r->svg[i])
            format->picture(out, &picture);
    }
}

static void write_recipes(const struct report *r, const struct report_format *format, FILE *out)
{
    char command[PATH_SIZE];

    format->heading(out, "Again");
    for (int i = 0; i < r->set->count; i++) {
        report_command(&r->set->runs[i], r->recipes[i], command, sizeof command);
        format->lines(out, command);
    }
    for (int i = 0; i < r->set->count; i++) {
        format->heading(out, r->recipes[i]);
        format->lines(out, r->recipe_text[i]);
    }
}

static void write_all(const void *report, const struct report_format *format, FILE *out)
{
    const struct report *r = report;
    struct chart_texts texts = { .title = "" };
    char footer[128] = "", date[32];

    figure_describe(r->set, &texts);
    clock_date(date, sizeof date);
    text_append(footer, sizeof footer, "written %s by cuvette %s", date, CUVETTE_VERSION);
    format->begin(out, texts.title, texts.subtitle);
    format->heading(out, "Results");
    write_facts(r, format, out, report_results);
    format->heading(out, "Charts");
    write_charts(r, format, out);
    format->heading(out, "Environment");
    write_facts(r, format, out, report_environment);
    write_recipes(r, format, out);
    format->end(out, footer);
}

static void report_free(struct report *r)
{
    for (int i = 0; i < FIGURE_COUNT; i++)
        free(r->svg[i]);
    for (int i = 0; i < RUNS_DRAWN_MAX; i++)
        free(r->recipe_text[i]);
    free(r);
}

static bool export_charts(const struct report *r, const struct export_wish *wish, struct error *e)
{
    struct export_wish all = *wish;
    struct export_files *files = memory_new(1, sizeof *files, e);

    export_report_formats(&all);
    all.into = r->folder;
    bool written = files && export_figures(r->set, &all, files, e);
    free(files);
    return written;
}

bool report_write(const struct run_set *set, const struct export_wish *wish, char path[PATH_SIZE], struct error *e)
{
    struct report *r = memory_new(1, sizeof *r, e);

    if (!r)
        return false;
    r->set = set;
    if (wish->into)
        text_copy(r->folder, sizeof r->folder, wish->into);
    bool good = (wish->into || path_join(r->folder, set->runs[0].folder, "report", e)) && export_charts(r, wish, e) &&
                copy_recipes(r, e) && draw_figures(r, wish, e);
    good = good && report_format_pages(r->folder, write_all, r, path, e);
    report_free(r);
    return good;
}
