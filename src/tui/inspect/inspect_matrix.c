#include "tui/inspect/inspect_matrix.h"

#include <stdio.h>

#include "base/limits.h"
#include "tui/draw/shapes.h"
#include "tui/state/layout.h"

enum { NAME = 12, HEAD_ROWS = 1, FOOT_ROWS = 1, CELL_LEAST = 4 };

int inspect_matrix_page(int rows)
{
    return int_max(rows - HEAD_ROWS - FOOT_ROWS, 1);
}

/* Columns of a cell, with a blank before the number. */
static int cell_columns(const struct findings *f, bool percent)
{
    uint32_t most = 0;

    for (int label = 0; !percent && label < f->found->confusion.classes; label++)
        most = uint32_max(most, f->figures[label].support);
    return int_max(snprintf(NULL, 0, "%u", most) + 1, CELL_LEAST);
}

/* The more of a class is taken for another, the hotter. */
static enum role heat(bool right, double share)
{
    if (right)
        return share < 0.5 ? ROLE_NORMAL : ROLE_GOOD;
    return share >= 0.1 ? ROLE_BAD : share >= 0.03 ? ROLE_WARN : ROLE_NORMAL;
}

static void draw_cell(struct canvas *c, int row, int end, const struct inspect_dialog *d,
                      const struct findings *f, int label, int answer)
{
    const uint32_t count = confusion_count(&f->found->confusion, label, answer), all = f->figures[label].support;
    const double share = all > 0 ? (double)count / all : 0;
    char text[16];

    if (count == 0)
        snprintf(text, sizeof text, "%s", c->unicode ? "·" : ".");
    else if (d->percent)
        snprintf(text, sizeof text, share < 0.01 ? "<1" : "%.0f", 100 * share);
    else
        snprintf(text, sizeof text, "%u", count);
    canvas_text_right(c, row, end, count == 0 ? ROLE_DIM : heat(label == answer, share), text);
}

static void draw_name(struct canvas *c, const struct findings *f, int class, struct rectangle at,
                      enum role role, bool right)
{
    struct canvas part = canvas_part(c, at);
    char name[CLASS_NAME_SIZE];

    network_class_name(&f->found->network, class, name, sizeof name);
    if (right && canvas_text_width(name) <= at.columns)
        canvas_text_right(&part, 0, at.columns, role, name);
    else
        canvas_text(&part, 0, 0, role, name);
}

static void draw_foot(struct canvas *c, const struct inspect_dialog *d, const struct findings *f)
{
    const uint32_t count = confusion_count(&f->found->confusion, d->label, d->answer),
                   all = f->figures[d->label].support;
    char label[CLASS_NAME_SIZE], answer[CLASS_NAME_SIZE], text[256];

    network_class_name(&f->found->network, d->label, label, sizeof label);
    network_class_name(&f->found->network, d->answer, answer, sizeof answer);
    snprintf(text, sizeof text, "%u of %u (%.1f %%) of %s taken for %s", count, all, all > 0 ? 100.0 * count / all : 0,
             label, answer);
    canvas_text(c, c->clip.rows - 1, 0, ROLE_STRONG, text);
}

void inspect_matrix_draw(struct canvas *c, const struct inspect_dialog *d, const struct findings *f)
{
    const int classes = f->found->confusion.classes, cell = cell_columns(f, d->percent),
              shown_rows = inspect_matrix_page(c->clip.rows),
              shown_columns = int_max((c->clip.columns - NAME - 1) / cell, 1);
    const int top = layout_first(d->label, classes, shown_rows),
              left = layout_first(d->answer, classes, shown_columns);

    for (int i = 0; i < shown_columns && left + i < classes; i++)
        draw_name(c, f, left + i, (struct rectangle){ 0, NAME + i * cell + 1, 1, cell - 1 },
                  left + i == d->answer ? ROLE_STRONG : ROLE_DIM, true);
    for (int i = 0; i < shown_rows && top + i < classes; i++) {
        draw_name(c, f, top + i, (struct rectangle){ HEAD_ROWS + i, 0, 1, NAME - 1 },
                  top + i == d->label ? ROLE_STRONG : ROLE_NORMAL, false);
        for (int k = 0; k < shown_columns && left + k < classes; k++) {
            draw_cell(c, HEAD_ROWS + i, NAME + (k + 1) * cell, d, f, top + i, left + k);
            if (top + i == d->label && left + k == d->answer)
                canvas_role(c, HEAD_ROWS + i, NAME + k * cell + 1, cell - 1, ROLE_SELECTED);
        }
    }
    shape_more(c, HEAD_ROWS, shown_rows, top > 0, top + shown_rows < classes);
    draw_foot(c, d, f);
}
