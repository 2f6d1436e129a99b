#include "tui/compare/compare_layout.h"

#include "base/limits.h"

enum { FRAME = 2, CHART_LEAST = 9, DIFFERENCES_LEAST = 3, TABLE_LEAST = 3, TWO_CHARTS = 120 };

/* Takes rows from those that are left, from the top. */
static struct rectangle take(struct rectangle *left, int rows)
{
    struct rectangle taken = *left;

    taken.rows = int_clamp(rows, 0, left->rows);
    left->row += taken.rows;
    left->rows -= taken.rows;
    return taken;
}

/* One line names the values that differ where there is no room for them. */
static int rows_of_differences(int room, int needed)
{
    return needed <= room || needed == 0 ? needed : room >= DIFFERENCES_LEAST ? room : 1;
}

/* The texts inside the box: the table has its rows first, then the verdict. */
static void place_texts(struct compare_layout *l, struct rectangle inside, const struct compare_needs *needs)
{
    const int table = int_min(needs->table, int_max(inside.rows - (needs->differences > 0), TABLE_LEAST));
    const int words = int_clamp(needs->words, 0, int_max(inside.rows - table - (needs->differences > 0), 0));

    l->differences = take(&inside, rows_of_differences(inside.rows - table - words, needs->differences));
    l->table = take(&inside, table);
    l->words = take(&inside, words);
    l->rest = inside;
}

static void place_charts(struct compare_layout *l, struct rectangle room)
{
    const int first = room.columns >= TWO_CHARTS ? room.columns / 2 : room.columns;

    l->charts[0] = (struct rectangle){ room.row, room.column, room.rows, first };
    if (room.columns > first)
        l->charts[1] = (struct rectangle){ room.row, room.column + first, room.rows, room.columns - first };
}

static struct rectangle inside_of(struct rectangle box)
{
    return (struct rectangle){ box.row + 1, box.column + 1, box.rows - FRAME, box.columns - FRAME };
}

struct compare_layout compare_layout_make(int rows, int columns, enum compare_part part,
                                          const struct compare_needs *needs)
{
    const int needed = needs->differences + needs->table + needs->words + FRAME;
    const bool charts = part == COMPARE_ALL && rows - CHART_LEAST >= TABLE_LEAST + DIFFERENCES_LEAST + FRAME;
    struct rectangle left = { 0, 0, rows, columns };
    struct compare_layout l = { .box = { 0 } };

    if (part == COMPARE_CURVES) {
        place_charts(&l, left);
        return l;
    }
    l.box = take(&left, charts ? int_min(needed, rows - CHART_LEAST) : rows);
    if (part == COMPARE_DIFFERENCES)
        l.differences = inside_of(l.box);
    else if (part == COMPARE_TABLE)
        place_texts(&l, inside_of(l.box), &(struct compare_needs){ 0, needs->table, needs->words });
    else
        place_texts(&l, inside_of(l.box), needs);
    if (charts)
        place_charts(&l, left);
    return l;
}
