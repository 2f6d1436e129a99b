#include "tui/draw/history.h"

#include <math.h>

#include "base/limits.h"
#include "tui/draw/shapes.h"

void history_add(struct history *h, struct reading reading)
{
    h->sample[h->count % HISTORY_SECONDS] = reading.known ? (float)reading.value : NAN;
    h->count++;
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

int history_span(int columns)
{
    return (HISTORY_SHOWN + columns - 1) / columns;
}

void history_draw(struct canvas *c, const struct history *h, double top)
{
    int columns = int_min(c->clip.columns, HISTORY_SHOWN);

    if (columns < HISTORY_COLUMNS_LEAST)
        return;

    /* Columns are numbered from the start on. Only whole ones are drawn, each at its number modulo `columns`. */
    int span = history_span(columns);
    uint64_t whole = h->count / (uint64_t)span;
    uint64_t first = whole >= (uint64_t)columns ? whole - (uint64_t)columns + 1 : 0;

    for (uint64_t i = first; i < whole; i++) {
        struct reading mean = history_mean(h, i * (uint64_t)span, span);

        if (mean.known)
            shape_level(c, 0, (int)(i % (uint64_t)columns), c->clip.rows, mean.value / top);
    }
}

double history_top(const struct history *h, double least)
{
    static const double steps[] = { 1, 2, 5, 10 };
    double peak = fmax(history_peak(h), least), unit = pow(10, floor(log10(peak)));
    int step = 0;

    while (step < 3 && steps[step] * unit < peak)
        step++;
    return steps[step] * unit;
}
