#include "tui/compare/compare_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "run/run_entry.h"
#include "tui/compare/compare_hands.h"
#include "tui/draw/figures.h"
#include "tui/draw/shapes.h"

enum { CELL_SIZE = COMPARISON_LABEL_SIZE, GAP = 2, LABEL_LEAST = 8, BAR_LEAST = 8, BAR_MOST = 32,
       FIGURE_COLUMNS = 8, ABOVE_BARS = 2 };

static const double percent = 100;

/* The cells of the columns: of a row or, where it is NULL, the heading. "" where nothing is known. */
static void state(const struct comparing *c, const struct comparison_row *row, char out[CELL_SIZE])
{
    const struct comparing_progress *runs = row ? c->progress + row->first : NULL;
    const struct comparing_progress *trains = NULL;
    int begun = 0;

    for (int i = 0; row && i < row->count; i++) {
        begun += runs[i].there;
        if (runs[i].there && runs[i].state == RUN_TRAINS)
            trains = &runs[i];
    }
    if (!row)
        text_copy(out, CELL_SIZE, "state");
    else if (begun == 0)
        text_copy(out, CELL_SIZE, "waits");
    else if (trains)
        snprintf(out, CELL_SIZE, "epoch %d/%d", int_min(trains->epochs + 1, trains->planned), trains->planned);
    else if (begun < row->count)
        snprintf(out, CELL_SIZE, "%d of %d", begun, row->count);
    else if (row->dropped)
        text_copy(out, CELL_SIZE, "dropped");
    else if (row->state == RUN_FINISHED || row->problem[0])
        text_copy(out, CELL_SIZE, run_state_word(row->state));
    else
        snprintf(out, CELL_SIZE, "%s, %d", run_state_word(row->state), row->epochs);
}

static void write_seconds(double seconds, char out[CELL_SIZE])
{
    const double minute = 60, ten = 10;

    if (seconds < 0)
        out[0] = '\0';
    else if (seconds >= minute)
        text_duration(out, CELL_SIZE, seconds);
    else
        snprintf(out, CELL_SIZE, seconds < 1 ? "%.3f s" : seconds < ten ? "%.2f s" : "%.1f s", seconds);
}

static void epoch(const struct comparing *c, const struct comparison_row *row, char out[CELL_SIZE])
{
    (void)c;
    if (row)
        write_seconds(row->epoch_seconds.median, out);
    else
        text_copy(out, CELL_SIZE, "an epoch");
}

static void spread(const struct comparing *c, const struct comparison_row *row, char out[CELL_SIZE])
{
    char least[CELL_SIZE], most[CELL_SIZE];
    (void)c;

    out[0] = '\0';
    if (!row) {
        text_copy(out, CELL_SIZE, "from, to");
    } else if (row->epoch_seconds.count > 1) {
        write_seconds(row->epoch_seconds.least, least);
        write_seconds(row->epoch_seconds.most, most);
        text_append(out, CELL_SIZE, "%.*s, %s", (int)strcspn(least, " "), least, most);
    }
}

static void speed(const struct comparing *c, const struct comparison_row *row, char out[CELL_SIZE])
{
    char figure[FIGURE_SIZE];
    (void)c;

    out[0] = '\0';
    if (!row)
        text_copy(out, CELL_SIZE, "images/s");
    else if (row->images_per_second.median > 0) {
        figure_speed(figure, row->images_per_second.median);
        text_copy(out, CELL_SIZE, figure);
    }
}

static void speedup(const struct comparing *c, const struct comparison_row *row, char out[CELL_SIZE])
{
    const double ten = 10;
    (void)c;

    out[0] = '\0';
    if (!row)
        text_copy(out, CELL_SIZE, "speed");
    else if (row->speedup > 0)
        snprintf(out, CELL_SIZE, row->speedup < ten ? "%.2f×" : "%.1f×", row->speedup);
}

static void write_band(const struct comparison_band *band, double factor, char out[CELL_SIZE])
{
    out[0] = '\0';
    if (band->count > 1)
        snprintf(out, CELL_SIZE, "%.2f (%.2f-%.2f)", factor * band->mean, factor * band->least, factor * band->most);
    else if (band->count == 1)
        snprintf(out, CELL_SIZE, "%.2f", factor * band->mean);
}

static void best(const struct comparing *c, const struct comparison_row *row, char out[CELL_SIZE])
{
    (void)c;
    if (row)
        write_band(&row->best_accuracy, percent, out);
    else
        text_copy(out, CELL_SIZE, "best %");
}

static void to_common(const struct comparing *c, const struct comparison_row *row, char out[CELL_SIZE])
{
    out[0] = '\0';
    if (!row && c->table->common_accuracy >= 0)
        snprintf(out, CELL_SIZE, "to %.1f %%", percent * c->table->common_accuracy);
    else if (row && row->seconds_to_common.count > 0)
        write_seconds(row->seconds_to_common.mean, out);
}

static void memory(const struct comparing *c, const struct comparison_row *row, char out[CELL_SIZE])
{
    (void)c;
    out[0] = '\0';
    if (!row)
        text_copy(out, CELL_SIZE, "memory");
    else if (row->memory.count > 0 && row->memory.most > 0)
        text_bytes(out, CELL_SIZE, (uint64_t)row->memory.most);
}

static void energy(const struct comparing *c, const struct comparison_row *row, char out[CELL_SIZE])
{
    const double kilo = 1000;
    (void)c;

    out[0] = '\0';
    if (!row)
        text_copy(out, CELL_SIZE, "energy");
    else if (row->energy.count > 0)
        snprintf(out, CELL_SIZE, "%.1f kJ", row->energy.mean / kilo);
}

/* From left to right; those of the highest rank are the first to be left out. */
static const struct {
    void (*cell)(const struct comparing *c, const struct comparison_row *row, char out[CELL_SIZE]);
    int rank;
} columns[] = {
    { state, 3 }, { epoch, 0 },     { spread, 6 }, { speed, 4 },  { speedup, 1 },
    { best, 2 },  { to_common, 5 }, { memory, 7 }, { energy, 8 },
};

enum { COLUMNS = sizeof columns / sizeof *columns };

struct widths {
    int label, columns[COLUMNS], bar; /* 0: left out */
};

/* 0 where no row has anything to say. */
static int width_of(const struct comparing *c, int column)
{
    const struct comparison_table *t = c->table;
    char text[CELL_SIZE];
    int widest = 0;

    for (int i = 0; i < t->count; i++) {
        columns[column].cell(c, &t->rows[i], text);
        widest = int_max(widest, canvas_text_width(text));
    }
    columns[column].cell(c, NULL, text);
    return widest > 0 ? int_max(widest, canvas_text_width(text)) : 0;
}

static int label_width(const struct comparison_table *t)
{
    int widest = LABEL_LEAST;

    for (int i = 0; i < t->count; i++)
        widest = int_max(widest, canvas_text_width(t->rows[i].label));
    return widest;
}

/* The columns that fit, by their rank, beside labels that may be cut; what is left is for whole labels, then bars. */
static struct widths widths_of(const struct comparing *c, int room)
{
    struct widths w = { .label = LABEL_LEAST };
    int left = room - COMPARE_HAND_COLUMNS - w.label;

    for (int rank = 0; rank < COLUMNS; rank++)
        for (int i = 0; i < COLUMNS; i++) {
            const int width = columns[i].rank == rank ? width_of(c, i) : 0;

            if (width == 0 || width + GAP > left)
                continue;
            w.columns[i] = width;
            left -= width + GAP;
        }

    const int longer = int_clamp(label_width(c->table) - w.label, 0, int_max(left, 0));

    w.label += longer;
    left -= longer + GAP;
    w.bar = left >= BAR_LEAST ? int_min(left, BAR_MOST) : 0;
    return w;
}

static double most_speedup(const struct comparison_table *t)
{
    double most = 0;

    for (int i = 0; i < t->count; i++)
        most = fmax(most, t->rows[i].speedup);
    return most;
}

static enum role role_of(const struct comparison_row *row)
{
    if (!row || row->waits || row->dropped)
        return ROLE_DIM;
    return row->state == RUN_FAILED || row->state == RUN_DAMAGED ? ROLE_BAD
           : row->state == RUN_CUT_OFF                           ? ROLE_WARN
                                                                 : ROLE_NORMAL;
}

/* `row`: NULL for the headings. */
static void draw_row(struct canvas *c, int at, const struct comparing *comparing, const struct widths *w,
                     const struct comparison_row *row)
{
    struct canvas label = canvas_part(c, (struct rectangle){ at, COMPARE_HAND_COLUMNS, 1, w->label });
    int column = COMPARE_HAND_COLUMNS + w->label + GAP;

    canvas_text(&label, 0, 0, row ? ROLE_NORMAL : ROLE_DIM, row ? row->label : "run");
    for (int i = 0; i < COLUMNS; i++) {
        char text[CELL_SIZE];

        if (w->columns[i] == 0)
            continue;
        columns[i].cell(comparing, row, text);
        if (columns[i].cell == state)
            canvas_text(c, at, column, role_of(row), text);
        else
            canvas_text_right(c, at, column + w->columns[i], row ? ROLE_NORMAL : ROLE_DIM, text);
        column += w->columns[i] + GAP;
    }
    if (row && w->bar > 0 && row->speedup > 0)
        shape_bar(c, at, column, w->bar, row->speedup / most_speedup(comparing->table));
}

/* Beside its letter and as much of its label as a quarter of the width. */
static void draw_bar(struct canvas *c, int at, const struct comparing *comparing, int position)
{
    const struct comparison_table *t = comparing->table;
    const struct comparison_row *row = &t->rows[position];
    const int width = int_min(label_width(t), c->clip.columns / 4), column = COMPARE_HAND_COLUMNS + width + GAP;
    struct canvas label = canvas_part(c, (struct rectangle){ at, COMPARE_HAND_COLUMNS, 1, width });
    char text[CELL_SIZE];

    compare_hand_draw(c, at, 0, position);
    canvas_text(&label, 0, 0, ROLE_NORMAL, row->label);
    if (!(row->speedup > 0))
        return;
    speedup(comparing, row, text);
    canvas_text_right(c, at, c->clip.columns, ROLE_NORMAL, text);
    shape_bar(c, at, column, c->clip.columns - column - FIGURE_COLUMNS, row->speedup / most_speedup(t));
}

void compare_table_draw_bars(struct canvas *c, const struct comparing *comparing, int first)
{
    canvas_text(c, 1, 0, ROLE_DIM, "speed of an epoch; the first row is 1×");
    for (int i = 0; ABOVE_BARS + i < c->clip.rows && first + i < comparing->table->count; i++)
        draw_bar(c, ABOVE_BARS + i, comparing, first + i);
}

bool compare_table_has_bars(const struct comparing *comparing, int room)
{
    return widths_of(comparing, room).bar > 0 || most_speedup(comparing->table) <= 0;
}

void compare_table_draw(struct canvas *c, const struct comparing *comparing, int first)
{
    const struct comparison_table *t = comparing->table;
    const struct widths w = widths_of(comparing, c->clip.columns);
    const int rows = c->clip.rows - 1;

    draw_row(c, 0, comparing, &w, NULL);
    for (int i = 0; i < rows && first + i < t->count; i++) {
        compare_hand_draw(c, 1 + i, 0, first + i);
        draw_row(c, 1 + i, comparing, &w, &t->rows[first + i]);
    }
    shape_more(c, 1, rows, first > 0, first + rows < t->count);
}
