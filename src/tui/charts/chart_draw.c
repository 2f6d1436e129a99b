#include "tui/charts/chart_draw.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/state/charts_figures.h"

/* Of the run's lines, by position; the other runs have a role each. */
static const enum role line_roles[CHART_LINES_MAX] = { ROLE_TRAIN, ROLE_VALID, ROLE_GOOD, ROLE_STRONG };

enum role chart_line_role(enum charts_run run, int line)
{
    return run == CHARTS_NOW ? line_roles[line] : run == CHARTS_PINNED ? ROLE_PINNED : ROLE_PAST;
}

void chart_run_name(const struct charts *charts, enum charts_run run, char out[CHART_RUN_SIZE])
{
    const char *name = charts->runs[run].name;

    snprintf(out, CHART_RUN_SIZE, "%.*s", (int)strcspn(name, "-"), name);
}

void chart_value(double value, char out[CHART_VALUE_SIZE])
{
    const double thousand = 1000;

    if (isnan(value))
        snprintf(out, CHART_VALUE_SIZE, "n/a");
    else
        snprintf(out, CHART_VALUE_SIZE, fabs(value) >= thousand ? "%.0f" : "%.4g", value);
}

bool chart_tells(const struct charts *charts, enum charts_run run, enum chart_position kind, int line)
{
    return !chart_kinds[kind]->partial || charts->runs[run].lines[kind][line].count > 0;
}

static bool is_smooth(const struct charts *charts, const struct chart_line *line)
{
    return line->style == STYLE_NOISY && charts->smoothing != SMOOTHING_OFF;
}

/* All that was measured, behind the smooth lines. */
static void draw_bands(struct graph *g, const struct charts *charts, enum chart_position kind)
{
    struct columns columns;

    for (int line = 0; line < chart_kinds[kind]->n_lines; line++)
        if (is_smooth(charts, &chart_kinds[kind]->lines[line])) {
            charts_columns(charts, CHARTS_NOW, kind, line, true, &columns);
            graph_draw_band(g, &columns, ROLE_BAND);
        }
}

static void draw_line(struct graph *g, const struct charts *charts, enum charts_run run, enum chart_position kind,
                      int line)
{
    enum chart_style style = chart_kinds[kind]->lines[line].style;
    enum role role = chart_line_role(run, line);
    struct columns columns;

    charts_columns(charts, run, kind, line, false, &columns);
    if (style == STYLE_MARKS)
        graph_draw_marks(g, &columns, role);
    else
        graph_draw_line(g, &columns, role);
}

/* What is measured now and then has no point for a while. */
static bool has_points(const struct charts *charts, enum chart_position kind)
{
    bool any = chart_kinds[kind]->value != NULL;

    for (int run = 0; run < CHARTS_RUNS; run++)
        for (int line = 0; charts_shows(charts, (enum charts_run)run) && line < chart_kinds[kind]->n_lines; line++)
            any |= charts->runs[run].lines[kind][line].count > 0;
    return any;
}

void chart_draw(struct canvas *c, const struct charts *charts, enum chart_position kind, enum graph_dots dots,
                bool across)
{
    static const char nothing[] = "nothing of it was measured yet";

    if (!has_points(charts, kind)) {
        canvas_text(c, c->clip.rows / 2, (c->clip.columns - canvas_text_width(nothing)) / 2, ROLE_DIM, nothing);
        return;
    }
    struct graph g = graph_begin(c, dots, &charts->scales[kind], across);
    int cursor = charts_cursor_point(charts);

    if (across)
        graph_draw_across(c, charts->axis, charts->window);
    draw_bands(&g, charts, kind);
    if (cursor >= 0)
        graph_draw_upright(&g, cursor, ROLE_DIM);
    for (int run = CHARTS_RUNS - 1; run >= 0; run--)
        for (int line = 0; charts_shows(charts, (enum charts_run)run) && line < chart_kinds[kind]->n_lines; line++)
            draw_line(&g, charts, (enum charts_run)run, kind, line);
}

enum { ENTRY_SIZE = 64 };

struct legend {
    struct {
        char text[ENTRY_SIZE];
        enum role role;
    } entries[2 + CHART_LINES_MAX + CHARTS_RUNS];
    int count;
};

static void add(struct legend *l, enum role role, const char *text)
{
    text_copy(l->entries[l->count].text, ENTRY_SIZE, text);
    l->entries[l->count++].role = role;
}

/* What the lines are. Of another run, one entry for all: its lines have one colour. */
static void collect_names(struct legend *l, const struct charts *charts, enum chart_position kind)
{
    char text[ENTRY_SIZE], name[CHART_RUN_SIZE];

    for (int i = 0; charts_shows(charts, CHARTS_NOW) && i < chart_kinds[kind]->n_lines; i++) {
        const struct chart_line *line = &chart_kinds[kind]->lines[i];

        if (!chart_tells(charts, CHARTS_NOW, kind, i))
            continue;
        snprintf(text, sizeof text, "%s%.30s %s", is_smooth(charts, line) ? "smooth " : "",
                 chart_line_brief(line, charts->runs[CHARTS_NOW].held_out),
                 line->style == STYLE_MARKS ? GRAPH_MARK : GRAPH_LINE);
        add(l, line_roles[i], text);
    }
    for (int run = CHARTS_NOW + 1; run < CHARTS_RUNS; run++) {
        if (!charts_shows(charts, (enum charts_run)run))
            continue;
        chart_run_name(charts, (enum charts_run)run, name);
        snprintf(text, sizeof text, "%s %s", name, GRAPH_LINE);
        add(l, chart_line_role((enum charts_run)run, 0), text);
    }
}

static void add_value(struct legend *l, const struct charts *charts, enum charts_run run, enum chart_position kind,
                      int line)
{
    char value[CHART_VALUE_SIZE], name[CHART_RUN_SIZE], text[ENTRY_SIZE];

    chart_run_name(charts, run, name);
    chart_value(charts_figures(charts, run, kind, line).cursor, value);
    snprintf(text, sizeof text, "%.30s %s",
             run == CHARTS_NOW ? chart_line_brief(&chart_kinds[kind]->lines[line], charts->runs[run].held_out) : name,
             value);
    add(l, chart_line_role(run, line), text);
}

/* What the lines are at the cursor; of another run, its first line. */
static void collect_values(struct legend *l, const struct charts *charts, enum chart_position kind)
{
    char at[AXIS_LABEL_SIZE], text[ENTRY_SIZE];

    for (int line = 0; charts_shows(charts, CHARTS_NOW) && line < chart_kinds[kind]->n_lines; line++)
        if (chart_tells(charts, CHARTS_NOW, kind, line))
            add_value(l, charts, CHARTS_NOW, kind, line);
    axis_figure(charts->axis, charts->cursor, charts->window.high - charts->window.low, at);
    snprintf(text, sizeof text, "at %s", at);
    add(l, ROLE_DIM, text);
    for (int run = CHARTS_NOW + 1; run < CHARTS_RUNS; run++)
        if (charts_shows(charts, (enum charts_run)run))
            add_value(l, charts, (enum charts_run)run, kind, 0);
}

/* First: where there is no room for all, it is what is new. */
static void add_reading(struct legend *l, const struct charts *charts)
{
    const char *name = curves_reader_name(charts->reader);
    char text[ENTRY_SIZE];

    snprintf(text, sizeof text, "reading %.*s (Esc stops)", (int)strcspn(name, "-"), name);
    add(l, ROLE_STRONG, text);
}

void chart_draw_legend(struct canvas *row, const struct charts *charts, enum chart_position kind)
{
    struct legend l = { 0 };
    int width = 1, shown = 0, column;

    if (charts->reader && kind == charts->first)
        add_reading(&l, charts);
    if (charts_cursor_point(charts) >= 0)
        collect_values(&l, charts, kind);
    else
        collect_names(&l, charts, kind);
    for (; shown < l.count; shown++) {
        int needed = canvas_text_width(l.entries[shown].text) + 1;

        if (width + needed > row->clip.columns)
            break;
        width += needed;
    }
    column = row->clip.columns - width;
    for (int i = 0; i < shown; i++) {
        canvas_text(row, 0, column++, l.entries[i].role, " ");
        column += canvas_text(row, 0, column, l.entries[i].role, l.entries[i].text);
    }
    if (shown > 0)
        canvas_text(row, 0, column, ROLE_NORMAL, " ");
}
