#include "tui/compare/compare_curves.h"

#include <stdio.h>

#include "tui/compare/compare_hands.h"

enum { ACROSS = 1 }; /* a row for the axis */

static int count_of(const struct comparing *c)
{
    return c->curves ? c->comparison->count : 0;
}

void compare_curves_fit(struct overlay *o, const struct comparing *c, int rows, int columns, enum graph_dots dots,
                        bool anew)
{
    if (rows <= ACROSS || columns <= 0)
        return;

    const bool other_size = overlay_resize(o, rows - ACROSS, graph_points(columns, dots));

    overlay_fit(o, c->curves, count_of(c), c->going, anew || other_size);
}

void compare_curves_title(const struct overlay *o, const struct comparing *c, char out[COMPARE_TITLE_SIZE])
{
    const struct overlay_curve shown = overlay_curve(o->curve);
    const struct chart_kind *kind = chart_kinds[shown.kind];
    const bool held_out = count_of(c) > 0 && c->curves[0].held_out;

    snprintf(out, COMPARE_TITLE_SIZE, "%s, %s", kind->label, chart_line_brief(&kind->lines[shown.line], held_out));
}

/* From the last to the first, which is in front; letters are in front of all lines. */
void compare_curves_draw(struct canvas *c, const struct overlay *o, const struct comparing *comparing,
                         enum graph_dots dots)
{
    struct graph g = graph_begin(c, dots, &o->scale, true);

    graph_draw_across(c, o->axis, o->window);
    for (int letters = 0; letters < 2; letters++)
        for (int i = count_of(comparing) - 1; i >= 0; i--) {
            const struct graph_hand hand = compare_hand(comparing->table->row_of[i]);
            struct columns columns;

            overlay_columns(o, &comparing->curves[i], &columns);
            if (letters)
                graph_draw_letters(&g, &columns, &hand);
            else
                graph_draw_by_hand(&g, &columns, &hand);
        }
}
