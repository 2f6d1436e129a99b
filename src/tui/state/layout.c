#include "tui/state/layout.h"

#include "base/limits.h"

/* At 80×24, with the rows inside the frames in brackets:
 *
 *     ┌ status ───────────────────────────┐
 *     │ Dataset  [4]  │ loss         [7]  │
 *     │ Layers   [6]  │ accuracy     [6]  │
 *     │ Training [4]  │                   │
 *     │ Device   [3]  │ readings     [5]  │
 *     └ keys ─────────────────────────────┘
 *
 * A narrow screen has one column instead of two: panels above and, where there is room for both, charts below. A small
 * one shows what has the focus, alone. Where a run's numbers are not among the readings they have rows above the keys.
 *
 * n frames that share their lines need n + 1 rows for these. */
#define PLUS_ROWS(position, name, rows, most, weight) +(rows)
#define PLUS_MOST(position, name, rows, most, weight) +(most)

enum {
    ROWS_LEAST = 12,
    COLUMNS_LEAST = 40,
    COLUMNS_USUAL = 80,
    TWO_COLUMNS = 60, /* from this width on */
    LEFT_COLUMNS = 30,
    LEFT_COLUMNS_MOST = 44,
    LINES = PANEL_COUNT + 1,
    ROWS_ALL_PANELS = 0 PANELS(PLUS_ROWS) + LINES, /* each panel has the rows of its table */
    FOCUS_ROWS = 6,
    ROWS_EACH_PANEL = FOCUS_ROWS + PANEL_COUNT - 1 + LINES, /* one row for each but the panel in focus */
    CHART_ROWS_LEAST = 4,
    CHART_ROWS_BELOW = 8, /* the least height of charts below the panels of a narrow screen */
    ROWS_READINGS = 17,   /* from this height on there are readings below the charts */
    NUMBERS_LEAST = 40,   /* a narrower view has no room for all numbers of a run */
    NUMBERS_WIDE = 80,    /* from this width on the numbers need a row less */
};

/* Rows of readings by the height that they share with the charts. */
static const struct {
    int height, rows;
} readings_rows[] = { { 44, 9 }, { 30, 7 }, { 25, 6 }, { 21, 5 }, { ROWS_READINGS, LAYOUT_NUMBERS }, { 0, 0 } };

static const struct {
    int rows, most, weight;
} sizes[PANEL_COUNT] = {
#define SIZE(position, name, rows, most, weight) { rows, most, weight },
    PANELS(SIZE)
#undef SIZE
};

#define CHECK(position, name, rows, most, weight) \
    _Static_assert((rows) >= 1 && (most) >= (rows) && (weight) >= 1, "panel " #name ": its sizes in PANELS, layout.h");
PANELS(CHECK)
#undef CHECK
_Static_assert(0 PANELS(PLUS_MOST) >= ROWS_NO_MAX, "one panel in PANELS, layout.h, takes all rows that are left");
_Static_assert(PLACE_COUNT <= 9, "the keys 1 to 9 choose a panel or a view");

/* A stack of panes with `rows[i]` rows inside each. */
static void stack(struct rectangle area, struct pane *const *panes, const int *rows, int n)
{
    int row = area.row;

    for (int i = 0; i < n; i++) {
        bool last = i == n - 1;

        *panes[i] = (struct pane){
            .area = { row, area.column, rows[i] + (last ? 2 : 1), area.columns },
            .joined = i > 0,
            .open = !last,
        };
        row += panes[i]->area.rows;
    }
}

static void place_one(struct rectangle area, struct pane *pane)
{
    stack(area, &pane, &(int){ area.rows - 2 }, 1);
}

/* The panel that lacks most rows; -1 when none lacks any. */
static int neediest(const int rows[PANEL_COUNT])
{
    int found = -1, most = 0;

    for (int i = 0; i < PANEL_COUNT; i++)
        if (sizes[i].rows - rows[i] > most) {
            found = i;
            most = sizes[i].rows - rows[i];
        }
    return found;
}

/* Of the panels that may grow, the one that gets the next extra row, by weight: with the divisors 1, 3, 5 …
 * (Webster's method of sharing out seats) they take turns. */
static int next_to_grow(const int rows[PANEL_COUNT])
{
    int found = -1, least = 0;

    for (int i = 0; i < PANEL_COUNT; i++) {
        int divisor = 2 * (rows[i] - sizes[i].rows) + 1;

        if (rows[i] < sizes[i].most && (found < 0 || divisor * sizes[found].weight < least * sizes[i].weight)) {
            found = i;
            least = divisor;
        }
    }
    return found; /* never -1: one panel has no limit */
}

static void place_panels(struct layout *l, struct rectangle area, enum place focus)
{
    struct pane *panes[PANEL_COUNT];
    int rows[PANEL_COUNT], spare = area.rows - LINES;

    if (area.rows < ROWS_EACH_PANEL) {
        place_one(area, &l->panels[focus]);
        return;
    }
    for (int i = 0; i < PANEL_COUNT; i++) {
        panes[i] = &l->panels[i];
        rows[i] = area.rows >= ROWS_ALL_PANELS ? sizes[i].rows : i == (int)focus ? FOCUS_ROWS : 1;
        spare -= rows[i];
    }
    for (; spare > 0; spare--) {
        int needs = neediest(rows);

        rows[needs >= 0 ? needs : next_to_grow(rows)]++;
    }
    stack(area, panes, rows, PANEL_COUNT);
}

/* As many charts as there is room for, and below them so many rows of readings. */
static void place_charts(struct layout *l, struct rectangle area, int readings)
{
    struct pane *panes[CHARTS_TOGETHER + 1];
    int rows[CHARTS_TOGETHER + 1];
    int room = area.rows - 1 - (readings > 0 ? readings + 1 : 0);
    int charts = int_clamp(room / (CHART_ROWS_LEAST + 1), 1, CHARTS_TOGETHER);

    for (int i = 0; i < charts; i++) {
        panes[i] = &l->charts[i];
        rows[i] = (room - charts) / charts + (i < (room - charts) % charts);
    }
    panes[charts] = &l->readings;
    rows[charts] = readings;
    stack(area, panes, rows, charts + (readings > 0));
}

/* Charts, and readings where both fit; else the one that has the focus. */
static void place_views(struct layout *l, struct rectangle area, enum place focus)
{
    int i = 0;

    while (area.rows < readings_rows[i].height)
        i++;
    if (readings_rows[i].rows == 0 && focus == VIEW_READINGS)
        place_one(area, &l->readings);
    else
        place_charts(l, area, readings_rows[i].rows);
}

static void place_alone(struct layout *l, struct rectangle area, enum place focus)
{
    place_one(area, focus == VIEW_CHARTS     ? &l->charts[0]
                    : focus == VIEW_READINGS ? &l->readings
                                             : &l->panels[focus]);
}

/* Panels on the left, views on the right; or above and below, where there is room for both. */
static void split(struct rectangle body, struct rectangle *panels, struct rectangle *views)
{
    *panels = *views = body;
    if (body.columns >= TWO_COLUMNS) {
        panels->columns = int_min(LEFT_COLUMNS + int_max(body.columns - COLUMNS_USUAL, 0) / 4, LEFT_COLUMNS_MOST);
        views->column = panels->columns;
        views->columns = body.columns - panels->columns;
    } else {
        views->rows = body.rows >= 2 * CHART_ROWS_BELOW + 2 ? int_max(body.rows * 2 / 5, CHART_ROWS_BELOW) : 0;
        panels->rows -= views->rows;
        views->row += panels->rows;
    }
}

/* Takes them from the bottom of the body. */
static void place_numbers(struct layout *l, struct rectangle *body)
{
    int rows = body->columns >= NUMBERS_WIDE ? LAYOUT_NUMBERS - 1 : LAYOUT_NUMBERS;

    body->rows -= rows;
    l->numbers = (struct rectangle){ body->row + body->rows, body->column, rows, body->columns };
}

struct layout layout_make(int rows, int columns, struct layout_wish wish)
{
    struct layout l = { .too_small = rows < ROWS_LEAST || columns < COLUMNS_LEAST };
    struct rectangle body = { 1, 0, rows - 2, columns }, panels, views;

    if (l.too_small)
        return l;
    l.status = (struct rectangle){ 0, 0, 1, columns };
    l.keys = (struct rectangle){ rows - 1, 0, 1, columns };

    split(body, &panels, &views);
    if (wish.run && (wish.whole || views.rows < ROWS_READINGS || views.columns < NUMBERS_LEAST)) {
        place_numbers(&l, &body);
        split(body, &panels, &views);
    }
    if (wish.whole || (views.rows == 0 && wish.focus >= PANEL_COUNT)) {
        place_alone(&l, body, wish.focus);
        return l;
    }
    place_panels(&l, panels, wish.panel);
    if (views.rows > 0)
        place_views(&l, views, wish.focus);
    return l;
}

int layout_first(int selected, int count, int rows)
{
    return int_max(int_min(selected - rows / 2, count - rows), 0);
}

int layout_line_at(int selected, int count, int rows, int row)
{
    int line = layout_first(selected, count, rows) + row;

    return row >= 0 && row < rows && line < count ? line : -1;
}
