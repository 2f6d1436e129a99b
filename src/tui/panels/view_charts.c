#include <stdio.h>
#include <string.h>

#include "tui/app.h"
#include "tui/draw/graph.h"
#include "tui/panels/panel.h"

/* Of a chart's lines, by position. */
static const enum role line_roles[CHART_LINES_MAX] = { ROLE_TRAIN, ROLE_VALID, ROLE_GOOD, ROLE_STRONG };

static void draw_curves(struct canvas *c, const struct app *app, int chart)
{
    const struct chart_kind *kind = chart_kinds[chart];
    const struct chart_curves *curves = &app->live.curves.charts[chart];

    graph_draw_axis(c, &curves->scale);
    for (int i = 0; i < kind->n_lines; i++)
        if (kind->lines[i].style == STYLE_MARKS)
            graph_draw_marks(c, &curves->scale, &curves->lines[i], line_roles[i]);
        else
            graph_draw_line(c, &curves->scale, &curves->lines[i], line_roles[i]);
}

/* Before the first run: what will be drawn here. */
static void draw_hint(struct canvas *c, int chart)
{
    char text[64];

    snprintf(text, sizeof text, chart == 0 ? "F5 trains: the %.20s is drawn here" : "and the %.20s here",
             chart_kinds[chart]->name);
    canvas_text(c, c->clip.rows / 2, (c->clip.columns - canvas_text_width(text)) / 2, ROLE_DIM, text);
}

/* On the upper edge, from right to left. */
static void draw_legend(struct canvas *screen, const struct pane *pane, const struct chart_kind *kind)
{
    struct canvas whole = canvas_part(screen, pane->area);
    int end = whole.clip.columns - 2;

    for (int i = kind->n_lines - 1; i >= 0; i--) {
        const struct chart_line *line = &kind->lines[i];
        char text[48];

        snprintf(text, sizeof text, " %.30s %s%s", line->brief, line->style == STYLE_MARKS ? GRAPH_MARK : GRAPH_LINE,
                 i == kind->n_lines - 1 ? " " : "");
        end = canvas_text_right(&whole, 0, end, line_roles[i], text);
    }
}

/* One legend is enough for charts of the same lines. */
static bool same_lines(const struct chart_kind *one, const struct chart_kind *other)
{
    if (one->n_lines != other->n_lines)
        return false;
    for (int i = 0; i < one->n_lines; i++)
        if (strcmp(one->lines[i].brief, other->lines[i].brief) != 0 || one->lines[i].style != other->lines[i].style)
            return false;
    return true;
}

static void draw(struct canvas *screen, const struct app *app)
{
    for (int i = 0; i < CHART_COUNT; i++) {
        const struct pane *pane = &app->display.layout.charts[i];
        char title[32];

        if (pane->area.rows == 0)
            continue;
        snprintf(title, sizeof title, i == 0 ? "%2$d %1$s" : "%1$s", chart_kinds[i]->name, VIEW_CHARTS + 1);

        struct canvas inside = panel_frame(screen, app, VIEW_CHARTS, pane, title);

        if (!app->live.run) {
            draw_hint(&inside, i);
            continue;
        }
        draw_curves(&inside, app, i);
        if (i == 0 || !same_lines(chart_kinds[i], chart_kinds[i - 1]))
            draw_legend(screen, pane, chart_kinds[i]);
    }
}

VIEW_CLASS(charts) = {
    .title = "Charts",
    .draw_framed = draw,
};
