#include "tui/draw/history.h"

#include <math.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "tui/draw/shapes.h"

enum { SHIFT_SHARE = 5, COLUMNS_MOST = HISTORY_SHOWN * SHIFT_SHARE / (SHIFT_SHARE - 1), LABEL_COLUMNS = 8 };
static const double least_top = 1 << 20, falls_below = 0.1;

/* The smallest top that holds a peak. */
static double top_of(double peak)
{
    static const double steps[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500 };
    enum { STEPS = sizeof steps / sizeof *steps };
    double unit = least_top;
    int i = 0;

    while (steps[i] * unit < peak)
        if (++i == STEPS) {
            i = 0;
            unit *= 1024;
        }
    return steps[i] * unit;
}

void history_add(struct history *h, struct reading reading)
{
    double peak;

    h->sample[h->count % HISTORY_SECONDS] = reading.known ? (float)reading.value : NAN;
    h->count++;
    peak = history_peak(h);
    if (peak > h->top || peak < h->top * falls_below)
        h->top = top_of(peak);
}

double history_top(const struct history *h)
{
    return h->top > 0 ? h->top : least_top;
}

static uint64_t oldest(const struct history *h)
{
    return h->count > HISTORY_SECONDS ? h->count - HISTORY_SECONDS : 0;
}

struct reading history_mean(const struct history *h, uint64_t first, int n)
{
    uint64_t end = first + (uint64_t)n < h->count ? first + (uint64_t)n : h->count;
    double sum = 0;
    int known = 0;

    for (uint64_t i = first > oldest(h) ? first : oldest(h); i < end; i++) {
        float sample = h->sample[i % HISTORY_SECONDS];

        if (isnan(sample))
            continue;
        sum += (double)sample;
        known++;
    }
    return known > 0 ? reading_of(sum / known) : (struct reading){ 0 };
}

double history_peak(const struct history *h)
{
    float peak = 0;

    for (uint64_t i = oldest(h); i < h->count; i++)
        peak = fmaxf(peak, h->sample[i % HISTORY_SECONDS]); /* which ignores NaN */
    return (double)peak;
}

/* By how many columns all moves when the right edge is reached. */
static int shift(int columns)
{
    return int_max(columns / SHIFT_SHARE, 1);
}

int history_span(int columns)
{
    int always = columns - shift(columns);

    return (HISTORY_SHOWN + always - 1) / always;
}

static void put_level(struct canvas *c, int column, double share)
{
    shape_level(c, 0, column, c->clip.rows, share);
}

/* Few steps, which can be told apart by colour, by shade and in ASCII. */
static void put_heat(struct canvas *c, int column, double share)
{
    static const struct {
        double from;
        enum role role;
        uint32_t shade;
    } heats[] = { { 0.85, ROLE_VALID, 0x2588 }, { 0.55, ROLE_TRAIN, 0x2593 }, { 0.25, ROLE_TRAIN, 0x2592 },
                  { 0.05, ROLE_BAND, 0x2591 },  { -INFINITY, ROLE_DIM, 0x2581 } };
    int i = 0;

    while (share < heats[i].from)
        i++;
    canvas_put(c, 0, column, heats[i].role, heats[i].shade);
}

static void draw_columns(struct canvas *c, const struct history *h, double top,
                         void (*put)(struct canvas *c, int column, double share))
{
    int columns = int_min(c->clip.columns, COLUMNS_MOST);

    if (columns < HISTORY_COLUMNS_LEAST)
        return;

    /* Columns are numbered from the start on, and only whole ones are drawn. So many are left of those that will come
     * before the next move. */
    int64_t span = history_span(columns), by = shift(columns), whole = (int64_t)h->count / span;
    int64_t first = (whole - 1) / by * by + by - columns;

    for (int64_t i = int64_max(first, 0); i < whole; i++) {
        struct reading mean = history_mean(h, (uint64_t)(i * span), (int)span);

        if (mean.known)
            put(c, (int)(i - first), mean.value / top);
    }
}

void history_draw(struct canvas *c, const struct history *h, double top)
{
    draw_columns(c, h, top, put_level);
}

void history_draw_heat(struct canvas *c, const struct history *h)
{
    draw_columns(c, h, 1, put_heat);
}

void history_draw_rate(struct canvas *c, const struct history *h)
{
    struct canvas graph = canvas_part(c, (struct rectangle){ 0, 0, c->clip.rows, c->clip.columns - LABEL_COLUMNS });
    int lowest = c->clip.rows - 1, column = int_min(graph.clip.columns, COLUMNS_MOST);
    char label[16];

    if (graph.clip.columns < HISTORY_COLUMNS_LEAST) {
        history_draw(c, h, history_top(h));
        return;
    }
    history_draw(&graph, h, history_top(h));
    text_bytes(label, sizeof label, (uint64_t)history_top(h));
    for (int row = 0; row <= lowest; row++)
        canvas_put(c, row, column, ROLE_DIM, 0x2502);
    canvas_text(c, 0, column + 1, ROLE_DIM, label);
    if (lowest > 0)
        canvas_text(c, lowest, column + 1, ROLE_DIM, "0");
}
