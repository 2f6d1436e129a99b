#include <stdio.h>

#include "base/limits.h"
#include "tui/app.h"
#include "tui/charts/chart_draw.h"
#include "tui/charts/chart_table.h"
#include "tui/panels/panel.h"
#include "tui/past/runs_view.h"

enum { ROWS_WITH_AXIS = 4, ROWS_BESIDE_TABLE = 5, COLUMNS_FOR_UNIT = 50 };
static const double zoom_in = 2.0 / 3, pan_by = 1.0 / 4;

static enum chart_position kind_of(const struct app *app, int pane)
{
    return charts_kind(&app->charts, pane);
}

/* Before the first run: what will be drawn here. */
static void draw_hint(struct canvas *c, const struct app *app, int pane)
{
    const char *name = chart_kinds[kind_of(app, pane)]->name;
    char text[64];

    if (app->charts.reader && pane == 0)
        snprintf(text, sizeof text, "reading %.40s: Esc stops", curves_reader_name(app->charts.reader));
    else
        snprintf(text, sizeof text, pane == 0 ? "F5 trains: the %.20s is drawn here" : "and the %.20s here", name);
    if (canvas_text_width(text) > c->clip.columns && !app->charts.reader)
        snprintf(text, sizeof text, pane == 0 ? "F5 draws the %.16s" : "%.20s", name);
    canvas_text(c, c->clip.rows / 2, (c->clip.columns - canvas_text_width(text)) / 2, ROLE_DIM, text);
}

static bool is_lowest(const struct app *app, int pane)
{
    return pane == CHARTS_TOGETHER - 1 || app->display.layout.charts[pane + 1].area.rows == 0;
}

/* Charts above each other have one axis, below the lowest. A chart that fills the screen has its figures below it. */
static void draw_inside(struct canvas *c, const struct app *app, int pane)
{
    enum chart_position kind = kind_of(app, pane);
    int rows = c->clip.rows, table = chart_table_rows(&app->charts, kind);
    bool tabled = app->display.whole && rows - table >= ROWS_BESIDE_TABLE;
    struct canvas chart = canvas_part(c, (struct rectangle){ 0, 0, rows - (tabled ? table : 0), c->clip.columns });
    struct canvas below = canvas_part(c, (struct rectangle){ rows - table, 1, table, c->clip.columns - 1 });

    chart_draw(&chart, &app->charts, kind, app->display.dots, is_lowest(app, pane) && rows >= ROWS_WITH_AXIS);
    if (tabled)
        chart_table_draw(&below, &app->charts, kind);
}

static bool has_curves(const struct charts *charts)
{
    return charts_shows(charts, CHARTS_NOW) || charts_shows(charts, CHARTS_PINNED);
}

static void draw_pane(struct canvas *screen, const struct app *app, int pane)
{
    const struct pane *place = &app->display.layout.charts[pane];
    enum chart_position kind = kind_of(app, pane);
    char title[64], number[8] = "";
    struct canvas inside, edge;
    int used;

    if (place->area.rows == 0)
        return;
    if (pane == 0)
        snprintf(number, sizeof number, "%d ", VIEW_CHARTS + 1);
    snprintf(title, sizeof title, "%s%.40s%s", number,
             place->area.columns < COLUMNS_FOR_UNIT ? chart_kinds[kind]->name : chart_kinds[kind]->label,
             charts_logarithmic(&app->charts, kind) ? ", log" : "");
    inside = panel_frame(screen, app, VIEW_CHARTS, place, title);
    if (!has_curves(&app->charts)) {
        draw_hint(&inside, app, pane);
        return;
    }
    draw_inside(&inside, app, pane);
    used = 2 + canvas_text_width(title);
    edge = canvas_part(screen, (struct rectangle){ place->area.row, place->area.column + used, 1,
                                                   place->area.columns - used - 2 });
    chart_draw_legend(&edge, &app->charts, kind);
}

static void draw(struct canvas *screen, const struct app *app)
{
    for (int pane = 0; pane < CHARTS_TOGETHER; pane++)
        draw_pane(screen, app, pane);
}

static void left(struct app *app)
{
    charts_move_cursor(&app->charts, -1);
}

static void right(struct app *app)
{
    charts_move_cursor(&app->charts, 1);
}

static void next_kind(struct app *app)
{
    charts_next(&app->charts, 1);
}

static void previous_kind(struct app *app)
{
    charts_next(&app->charts, -1);
}

static void closer(struct app *app)
{
    charts_zoom(&app->charts, zoom_in);
}

static void wider(struct app *app)
{
    charts_zoom(&app->charts, 1 / zoom_in);
}

static void earlier(struct app *app)
{
    charts_pan(&app->charts, -pan_by);
}

static void later(struct app *app)
{
    charts_pan(&app->charts, pan_by);
}

static void all(struct app *app)
{
    charts_show_all(&app->charts);
}

static void next_axis(struct app *app)
{
    charts_next_axis(&app->charts);
}

static void next_smoothing(struct app *app)
{
    charts_next_smoothing(&app->charts);
    display_say(&app->display, ROLE_NORMAL, "smoothing %s", smoothing_words(app->charts.smoothing));
}

static void logarithmic(struct app *app)
{
    charts_toggle_logarithmic(&app->charts);
    if (is_lowest(app, 0) && chart_kinds[kind_of(app, 0)]->linear)
        display_say(&app->display, ROLE_DIM, "charts are %s, but not that of the %s",
                    app->charts.logarithmic ? "logarithmic" : "linear", chart_kinds[kind_of(app, 0)]->name);
}

static void ask_for_run(struct app *app)
{
    runs_view_choose(app, app_toggle_run); /* to see it beside, or no longer */
}

static const struct {
    int key;
    void (*act)(struct app *app);
} bindings[] = {
    { KEYCODE_LEFT, left },       { KEYCODE_RIGHT, right }, { KEYCODE_DOWN, next_kind }, { KEYCODE_UP, previous_kind },
    { 'n', next_kind },           { 'p', previous_kind },   { '[', closer },             { ']', wider },
    { '<', earlier },             { '>', later },           { '0', all },                { 'x', next_axis },
    { 's', next_smoothing },      { 'l', logarithmic },     { 'r', ask_for_run },
};

static int key(struct app *app, int key)
{
    /* Esc ends what is being read, then it takes the cursor away; then it is not ours. */
    if (key == KEYCODE_ESCAPE && app->charts.reader) {
        charts_stop_reading(&app->charts);
        return REACTION_HANDLED;
    }
    if (key == KEYCODE_ESCAPE && app->charts.pointing) {
        charts_hide_cursor(&app->charts);
        return REACTION_HANDLED;
    }
    for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++)
        if (bindings[i].key == key) {
            bindings[i].act(app);
            return REACTION_HANDLED;
        }
    return REACTION_NONE;
}

/* The cursor goes there. */
static void point(struct app *app, struct rectangle inside, int column)
{
    int cells = graph_cells(inside.columns);

    charts_point_at(&app->charts, int_clamp(column - (inside.columns - cells), 0, cells - 1));
}

static const struct key_help keys[] = {
    { "Left/Right", "a cursor with the values", "Values" },
    { "Up/Down p/n", "another chart", "Chart" },
    { "[/] </>", "zoom; earlier or later", "Zoom" },
    { "0", "the whole run again", NULL },
    { "x", "epochs, steps or time", "Axis" },
    { "l", "logarithmic or not", "Log" },
    { "s", "smoothing: off or more", "Smooth" },
    { "r", "another run beside it", "Runs" },
    { NULL, NULL, NULL },
};

VIEW_CLASS(charts) = {
    .title = "Charts",
    .draw_framed = draw,
    .key = key,
    .keys = keys,
    .point = point,
    .wheel = { '[', ']' },
};
