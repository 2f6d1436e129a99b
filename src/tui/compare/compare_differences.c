#include "tui/compare/compare_differences.h"

#include "base/limits.h"
#include "base/text.h"
#include "tui/compare/compare_hands.h"
#include "tui/draw/shapes.h"

enum { NAME_COLUMNS = 22, NAME_COLUMNS_NARROW = 16, NARROW = 60, VALUE_COLUMNS = 10, VALUE_COLUMNS_MOST = 40,
       BETWEEN = 2 };

int compare_differences_rows(const struct comparison_table *t)
{
    return t->n_differences > 0 ? 1 + t->n_differences : 1;
}

/* `difference`: NULL for the headings. */
static void draw_row(struct canvas *c, int at, const struct comparison_table *t,
                     const struct comparison_difference *difference, int first_row)
{
    const int names = c->clip.columns < NARROW ? NAME_COLUMNS_NARROW : NAME_COLUMNS;
    const int wide = int_clamp((c->clip.columns - names) / t->count - BETWEEN, VALUE_COLUMNS, VALUE_COLUMNS_MOST);
    struct canvas name = canvas_part(c, (struct rectangle){ at, 0, 1, names });

    canvas_text(&name, 0, 0, difference ? ROLE_NORMAL : ROLE_DIM, difference ? difference->name : "what differs");
    for (int i = first_row; i < t->count; i++) {
        const int column = names + BETWEEN + (i - first_row) * (wide + BETWEEN);
        const int room = int_min(wide, c->clip.columns - column);
        struct canvas cell = canvas_part(c, (struct rectangle){ at, column, 1, room });
        const enum role role = compare_hand(i).role;

        if (room <= 0)
            return;
        if (difference)
            canvas_text(&cell, 0, 0, ROLE_STRONG, difference->values[i][0] ? difference->values[i] : "-");
        else
            canvas_format(&cell, 0, 0, role, "%c %s", compare_hand(i).letter, t->rows[i].label);
    }
}

static void draw_names(struct canvas *c, const struct comparison_table *t)
{
    char text[512] = "differ in: ";

    for (int i = 0; i < t->n_differences; i++)
        text_append(text, sizeof text, "%s%s", i > 0 ? ", " : "", t->differences[i].name);
    canvas_text(c, 0, 0, ROLE_NORMAL, text);
}

void compare_differences_draw(struct canvas *c, const struct comparison_table *t, int first, int first_row)
{
    const int rows = c->clip.rows - 1;

    if (t->n_differences == 0) {
        canvas_text(c, 0, 0, ROLE_DIM, "their recipes have the same values");
        return;
    }
    if (rows == 0) {
        draw_names(c, t);
        return;
    }
    draw_row(c, 0, t, NULL, first_row);
    for (int i = 0; i < rows && first + i < t->n_differences; i++)
        draw_row(c, 1 + i, t, &t->differences[first + i], first_row);
    shape_more(c, 1, rows, first > 0, first + rows < t->n_differences);
}
