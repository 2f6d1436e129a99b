#include "tui/layout.h"

#include "base/limits.h"

/* At 80×24, rows inside the frames in brackets:
 *
 *     ┌ status ──────────────────────────────────┐
 *     │ Dataset  [4]  │ loss              [7]     │
 *     │ Layers   [6]  │ accuracy          [7]     │
 *     │ Training [4]  │                           │
 *     │ Device   [3]  │ readings          [4]     │
 *     └ keys ────────────────────────────────────┘
 *
 * A narrow screen has one column instead of two: panels above, charts below where there is room for both. */
enum {
    ROWS_LEAST = 12,
    COLUMNS_LEAST = 40,
    ROWS_FULL = 22,   /* between status and keys: the whole picture */
    TWO_COLUMNS = 60, /* from this width on */
    LEFT_COLUMNS = 30,
    LEFT_COLUMNS_MOST = 44,
    PANELS = 4,
    ROWS_ALL_PANELS = 14, /* frames, six rows for the panel in focus, one for each other */
    FOCUS_ROWS = 6,
    ROWS_READINGS = 17,
    ROWS_ACCURACY = 11,   /* a stack of charts lower than this goes without */
    CHART_ROWS_BELOW = 8, /* least height of charts under the panels of a narrow screen */
};

static const int panel_rows[PANELS] = { 4, 6, 4, 3 };           /* at 80×24 */
static const int panel_rows_most[PANELS] = { 8, 10000, 10, 6 }; /* Layers take what is left */

/* Who gets the next row of a larger screen. */
static const int turns[] = { PLACE_LAYERS, PLACE_TRAINING, PLACE_LAYERS, PLACE_DATASET, PLACE_LAYERS, PLACE_DEVICE };

/* Places on one another, sharing lines: n places of rows[i] inside need the sum + n + 1. */
static void stack(struct layout *l, struct rectangle area, const enum place *places, const int *rows, int n)
{
    int row = area.row;

    for (int i = 0; i < n; i++) {
        enum place p = places[i];
        bool last = i == n - 1;

        l->joined[p] = i > 0;
        l->open[p] = !last;
        l->place[p] = (struct rectangle){ row, area.column, rows[i] + (last ? 2 : 1), area.columns };
        row += l->place[p].rows;
    }
}

/* All four panels: `rows` has what each has so far, `spare` rows go to those that lack most, then round by turns. */
static void share_rows(int rows[PANELS], int spare)
{
    int turn = 0;

    while (spare > 0) {
        int neediest = 0;

        for (int i = 1; i < PANELS; i++)
            if (panel_rows[i] - rows[i] > panel_rows[neediest] - rows[neediest])
                neediest = i;
        if (panel_rows[neediest] <= rows[neediest]) {
            neediest = turns[turn] - PLACE_DATASET;
            turn = (turn + 1) % (int)(sizeof turns / sizeof turns[0]);
            if (rows[neediest] >= panel_rows_most[neediest])
                continue;
        }
        rows[neediest]++;
        spare--;
    }
}

static void place_panels(struct layout *l, struct rectangle area, enum place focus)
{
    static const enum place panels[PANELS] = { PLACE_DATASET, PLACE_LAYERS, PLACE_TRAINING, PLACE_DEVICE };
    int rows[PANELS], spare = area.rows - (PANELS + 1);

    if (area.rows < ROWS_ALL_PANELS) {
        stack(l, area, &focus, &(int){ area.rows - 2 }, 1);
        return;
    }
    for (int i = 0; i < PANELS; i++) {
        rows[i] = area.rows >= ROWS_FULL ? panel_rows[i] : panels[i] == focus ? FOCUS_ROWS : 1;
        spare -= rows[i];
    }
    share_rows(rows, spare);
    stack(l, area, panels, rows, PANELS);
}

static void place_charts(struct layout *l, struct rectangle area)
{
    static const enum place charts[] = { PLACE_LOSS, PLACE_ACCURACY, PLACE_READINGS };
    int n = area.rows >= ROWS_READINGS ? 3 : area.rows >= ROWS_ACCURACY ? 2 : 1;
    int rows[3], inside = area.rows - (n + 1);

    if (n == 3) {
        rows[2] = area.rows >= 2 * ROWS_FULL ? 6 : area.rows >= ROWS_FULL - 1 ? 4 : 2;
        inside -= rows[2];
    }
    rows[1] = n > 1 ? inside / 2 : 0;
    rows[0] = inside - rows[1];
    stack(l, area, charts, rows, n);
}

struct layout layout_make(int rows, int columns, enum place focus)
{
    struct layout l = { .too_small = rows < ROWS_LEAST || columns < COLUMNS_LEAST };
    struct rectangle left = { 1, 0, rows - 2, columns }, right = left;

    if (l.too_small)
        return l;
    if (focus < PLACE_DATASET || focus > PLACE_DEVICE)
        focus = PLACE_DATASET;
    l.place[PLACE_STATUS] = (struct rectangle){ 0, 0, 1, columns };
    l.place[PLACE_KEYS] = (struct rectangle){ rows - 1, 0, 1, columns };

    if (columns >= TWO_COLUMNS) {
        int wider = columns > 80 ? (columns - 80) / 4 : 0;

        left.columns = LEFT_COLUMNS + wider < LEFT_COLUMNS_MOST ? LEFT_COLUMNS + wider : LEFT_COLUMNS_MOST;
        right.column = left.columns;
        right.columns = columns - left.columns;
    } else {
        int below = left.rows * 2 / 5 > CHART_ROWS_BELOW ? left.rows * 2 / 5 : CHART_ROWS_BELOW;

        right.rows = left.rows >= 2 * CHART_ROWS_BELOW + 2 ? below : 0;
        left.rows -= right.rows;
        right.row += left.rows;
    }
    place_panels(&l, left, focus);
    if (right.rows > 0)
        place_charts(&l, right);
    return l;
}

int layout_first(int selected, int count, int rows)
{
    return int_max(int_min(selected - rows / 2, count - rows), 0);
}
