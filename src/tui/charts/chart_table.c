#include "tui/charts/chart_table.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "tui/charts/chart_draw.h"
#include "tui/state/charts_figures.h"

enum { NAME_COLUMNS = 14, FIGURE_COLUMNS = 11, FIGURE_SIZE = 32 };

static double span(const struct charts *charts)
{
    return charts->window.high - charts->window.low;
}

/* The columns, from left to right; on a narrow screen the last ones are left out. Each writes its head where `f` is
 * NULL. */
static void last(const struct charts *charts, const struct charts_figures *f, char out[FIGURE_SIZE])
{
    (void)charts;
    if (f)
        chart_value(f->last, out);
    else
        text_copy(out, FIGURE_SIZE, "last");
}

static void best(const struct charts *charts, const struct charts_figures *f, char out[FIGURE_SIZE])
{
    char value[CHART_VALUE_SIZE];

    (void)charts;
    if (!f) {
        text_copy(out, FIGURE_SIZE, "best");
        return;
    }
    chart_value(f->best, value);
    snprintf(out, FIGURE_SIZE, "%s%s", f->smooth ? "~" : "", value);
}

static void mean(const struct charts *charts, const struct charts_figures *f, char out[FIGURE_SIZE])
{
    if (f)
        chart_value(f->mean, out);
    else
        text_copy(out, FIGURE_SIZE, charts->zoomed ? "mean here" : "mean");
}

static void best_at(const struct charts *charts, const struct charts_figures *f, char out[FIGURE_SIZE])
{
    if (!f)
        snprintf(out, FIGURE_SIZE, "best at");
    else if (isnan(f->best_at))
        chart_value(NAN, out);
    else
        axis_figure(charts->axis, f->best_at, span(charts), out);
}

static void at_cursor(const struct charts *charts, const struct charts_figures *f, char out[FIGURE_SIZE])
{
    char at[AXIS_LABEL_SIZE];

    if (charts_cursor_point(charts) < 0)
        return;
    axis_figure(charts->axis, charts->cursor, span(charts), at);
    if (f)
        chart_value(f->cursor, out);
    else
        snprintf(out, FIGURE_SIZE, "at %s", at);
}

static void (*const columns[])(const struct charts *, const struct charts_figures *, char[FIGURE_SIZE]) = {
    last, best, mean, best_at, at_cursor,
};

static void draw_row(struct canvas *c, int row, const struct charts *charts, const struct charts_figures *f)
{
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        int end = NAME_COLUMNS + ((int)i + 1) * FIGURE_COLUMNS;
        char text[FIGURE_SIZE] = "";

        columns[i](charts, f, text);
        if (end <= c->clip.columns)
            canvas_text_right(c, row, end, f ? ROLE_NORMAL : ROLE_DIM, text);
    }
}

int chart_table_rows(const struct charts *charts, enum chart_position kind)
{
    int rows = 1;

    for (int run = 0; run < CHARTS_RUNS; run++)
        for (int line = 0; charts_shows(charts, (enum charts_run)run) && line < chart_kinds[kind]->n_lines; line++)
            rows += chart_tells(charts, (enum charts_run)run, kind, line);
    return rows;
}

void chart_table_draw(struct canvas *c, const struct charts *charts, enum chart_position kind)
{
    int row = 0;

    draw_row(c, row++, charts, NULL);
    for (int run = 0; run < CHARTS_RUNS; run++)
        for (int line = 0; charts_shows(charts, (enum charts_run)run) && line < chart_kinds[kind]->n_lines; line++) {
            struct charts_figures f = charts_figures(charts, (enum charts_run)run, kind, line);
            char name[CHART_RUN_SIZE];

            if (!chart_tells(charts, (enum charts_run)run, kind, line))
                continue;
            chart_run_name(charts, (enum charts_run)run, name);
            canvas_format(c, row, 0, chart_line_role((enum charts_run)run, line), "%s %s", name,
                          chart_line_brief(&chart_kinds[kind]->lines[line], charts->runs[run].held_out));
            draw_row(c, row++, charts, &f);
        }
}
