#include "tui/state/spot.h"

static bool has(struct rectangle area, int row, int column)
{
    return row >= area.row && row < area.row + area.rows && column >= area.column &&
           column < area.column + area.columns;
}

/* Frames of a stack share the lines between them: an open one has no lower edge of its own. */
static struct rectangle inside_of(const struct pane *pane)
{
    struct rectangle a = pane->area;

    return (struct rectangle){ a.row + 1, a.column + 1, a.rows - (pane->open ? 1 : 2), a.columns - 2 };
}

static bool find_in(const struct pane *pane, enum place place, int row, int column, struct spot *out)
{
    struct rectangle inside = inside_of(pane);

    if (pane->area.rows == 0 || !has(inside, row, column))
        return false;
    *out = (struct spot){ SPOT_PLACE, place, inside, row - inside.row, column - inside.column };
    return true;
}

struct spot spot_find(const struct layout *l, int row, int column)
{
    struct spot spot = { .kind = SPOT_NOTHING };

    if (l->too_small)
        return spot;
    if (has(l->keys, row, column))
        return (struct spot){ .kind = SPOT_KEYS, .row = row - l->keys.row, .column = column - l->keys.column };
    for (int i = 0; i < PANEL_COUNT; i++)
        if (find_in(&l->panels[i], (enum place)i, row, column, &spot))
            return spot;
    for (size_t i = 0; i < sizeof l->charts / sizeof *l->charts; i++)
        if (find_in(&l->charts[i], VIEW_CHARTS, row, column, &spot))
            return spot;
    find_in(&l->readings, VIEW_READINGS, row, column, &spot);
    return spot;
}
