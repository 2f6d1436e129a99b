#include "tui/inspect/inspect_lists.h"

#include <math.h>
#include <stdio.h>

#include "base/limits.h"
#include "tui/draw/shapes.h"
#include "tui/state/layout.h"

enum { HEAD_ROWS = 1, MEAN_ROWS = 2 /* below the classes */, FIGURE = 10 /* columns of a figure */ };

int inspect_lists_page(int rows)
{
    return int_max(rows - HEAD_ROWS, 1);
}

static void draw_class(struct canvas *c, int row, int column, int columns, const struct findings *f, int class)
{
    struct canvas part = canvas_part(c, (struct rectangle){ row, column, 1, columns });
    char name[CLASS_NAME_SIZE];

    network_class_name(&f->found->network, class, name, sizeof name);
    canvas_text(&part, 0, 0, ROLE_NORMAL, name);
}

void inspect_lists_pairs(struct canvas *c, const struct inspect_dialog *d, const struct findings *f)
{
    enum { COUNT = 8, GAP = 2 };
    const int shown = inspect_lists_page(c->clip.rows), first = layout_first(d->pair, f->n_pairs, shown),
              name = int_max((c->clip.columns - COUNT - 3 * GAP) / 2, 1);

    if (f->n_pairs == 0) {
        canvas_text(c, 0, 0, ROLE_GOOD, "no mistakes: every answer is right");
        return;
    }
    canvas_text_right(c, 0, COUNT, ROLE_DIM, "images");
    canvas_text(c, 0, COUNT + GAP, ROLE_DIM, "of class");
    canvas_text(c, 0, COUNT + 2 * GAP + name, ROLE_DIM, "taken for");
    for (int i = 0; i < shown && first + i < f->n_pairs; i++) {
        const struct confusion_pair *pair = &f->pairs[first + i];
        char count[16];

        snprintf(count, sizeof count, "%u", pair->count);
        canvas_text_right(c, HEAD_ROWS + i, COUNT, ROLE_NORMAL, count);
        draw_class(c, HEAD_ROWS + i, COUNT + GAP, name, f, pair->label);
        draw_class(c, HEAD_ROWS + i, COUNT + 2 * GAP + name, name, f, pair->answer);
        if (first + i == d->pair)
            canvas_row_role(c, HEAD_ROWS + i, ROLE_SELECTED);
    }
    shape_more(c, HEAD_ROWS, shown, first > 0, first + shown < f->n_pairs);
}

static void draw_figure(struct canvas *c, int row, int end, double number)
{
    char text[16] = "n/a";

    if (!isnan(number))
        snprintf(text, sizeof text, "%.4f", number);
    canvas_text_right(c, row, end, isnan(number) ? ROLE_DIM : ROLE_NORMAL, text);
}

static void draw_figures(struct canvas *c, int row, int name, const struct confusion_figures *figures)
{
    char support[16];

    draw_figure(c, row, name + FIGURE, figures->precision);
    draw_figure(c, row, name + 2 * FIGURE, figures->recall);
    draw_figure(c, row, name + 3 * FIGURE, figures->f1);
    snprintf(support, sizeof support, "%u", figures->support);
    canvas_text_right(c, row, name + 4 * FIGURE - 1, ROLE_NORMAL, support);
}

void inspect_lists_classes(struct canvas *c, const struct inspect_dialog *d, const struct findings *f)
{
    static const char *const heads[] = { "precision", "recall", "F1", "images" };
    const int classes = f->found->confusion.classes, shown = int_max(c->clip.rows - HEAD_ROWS - MEAN_ROWS, 1),
              first = layout_first(d->label, classes, shown), name = int_max(c->clip.columns - 4 * FIGURE - 1, 8);
    struct confusion_figures macro, weighted;

    canvas_text(c, 0, 0, ROLE_DIM, "class");
    for (int i = 0; i < 4; i++)
        canvas_text_right(c, 0, name + (i + 1) * FIGURE - (i == 3), ROLE_DIM, heads[i]);
    for (int i = 0; i < shown && first + i < classes; i++) {
        draw_class(c, HEAD_ROWS + i, 0, name - 1, f, first + i);
        draw_figures(c, HEAD_ROWS + i, name, &f->figures[first + i]);
        if (first + i == d->label)
            canvas_row_role(c, HEAD_ROWS + i, ROLE_SELECTED);
    }
    shape_more(c, HEAD_ROWS, shown, first > 0, first + shown < classes);
    confusion_means(&f->found->confusion, &macro, &weighted);

    const int means = HEAD_ROWS + int_min(shown, classes);

    canvas_text(c, means, 0, ROLE_STRONG, "mean of classes");
    draw_figures(c, means, name, &macro);
    canvas_text(c, means + 1, 0, ROLE_STRONG, "mean by images");
    draw_figures(c, means + 1, name, &weighted);
}

void inspect_lists_trust(struct canvas *c, const struct findings *f)
{
    enum { RANGE = 13, COUNT = 8, TEXT = RANGE + FIGURE + FIGURE + COUNT + 2 };
    const struct calibration *calibration = &f->found->calibration;
    int row = HEAD_ROWS;

    canvas_text(c, 0, 0, ROLE_DIM, "confidence");
    canvas_text_right(c, 0, RANGE + FIGURE, ROLE_DIM, "mean");
    canvas_text_right(c, 0, RANGE + 2 * FIGURE, ROLE_DIM, "right");
    canvas_text_right(c, 0, RANGE + 2 * FIGURE + COUNT, ROLE_DIM, "images");
    for (int b = 0; b < CALIBRATION_BINS; b++) {
        const struct calibration_bin *bin = &calibration->bins[b];
        char count[16];

        if (bin->n == 0)
            continue;
        canvas_format(c, row, 0, ROLE_NORMAL, "%5.3f-%5.3f", (double)b / CALIBRATION_BINS,
                      (b + 1.0) / CALIBRATION_BINS);
        draw_figure(c, row, RANGE + FIGURE, bin->confidence);
        draw_figure(c, row, RANGE + 2 * FIGURE, bin->accuracy);
        snprintf(count, sizeof count, "%u", bin->n);
        canvas_text_right(c, row, RANGE + 2 * FIGURE + COUNT, ROLE_NORMAL, count);
        if (c->clip.columns > TEXT + FIGURE)
            shape_bar(c, row, TEXT, c->clip.columns - TEXT, bin->accuracy);
        row++;
    }
    canvas_format(c, row + 1, 0, ROLE_STRONG, "calibration error %.4f", calibration->error);
}
