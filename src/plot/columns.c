#include "plot/columns.h"

#include <math.h>

#include "base/limits.h"

static void merge(struct column *into, const struct trace_point *p)
{
    uint64_t count = into->count + p->count;

    into->low = into->count > 0 ? fminf(into->low, p->low) : p->low;
    into->high = into->count > 0 ? fmaxf(into->high, p->high) : p->high;
    into->mean += (p->mean - into->mean) * ((float)p->count / (float)count);
    into->count = count;
}

int columns_at(int width, struct window w, double x)
{
    double at = floor(window_fraction(w, x) * width * (1 + 1e-12));

    if (x == w.high)
        return width - 1;
    return at < 0 ? -1 : at >= width ? width : (int)at;
}

void columns_fill(struct columns *c, int width, const struct trace *t, enum axis axis, struct window w)
{
    *c = (struct columns){ .width = int_clamp(width, 1, COLUMNS_MAX) };
    for (size_t i = trace_find(t, axis, w.low); i < t->count && t->points[i].x[axis] <= w.high; i++) {
        int at = columns_at(c->width, w, t->points[i].x[axis]);

        if (at < 0 || at >= c->width)
            continue;
        merge(&c->column[at], &t->points[i]);
        c->used = at + 1;
    }
}

void columns_smooth(struct columns *c, double memory)
{
    double sum = 0, weight = 0;
    int before = -1;

    for (int i = 0; i < c->used; i++) {
        if (c->column[i].count == 0)
            continue;

        double kept = before < 0 ? 0 : exp(-(i - before) / memory);

        sum = kept * sum + (1 - exp(-1 / memory)) * (double)c->column[i].mean;
        weight = kept * weight + (1 - exp(-1 / memory));
        c->column[i].mean = (float)(sum / weight);
        before = i;
    }
}

struct range {
    double low, high;
};

static struct range range_from(const struct columns *c, int first, bool positive)
{
    struct range r = { INFINITY, -INFINITY };

    for (int i = first; i < c->used; i++) {
        double mean = (double)c->column[i].mean;

        if (c->column[i].count == 0 || (positive && mean <= 0))
            continue;
        r.low = fmin(r.low, mean);
        r.high = fmax(r.high, mean);
    }
    return r;
}

/* The column that follows a first share of those with values. */
static int after_first(const struct columns *c, int share)
{
    int filled = 0, skipped = 0, i = 0;

    for (int j = 0; j < c->used; j++)
        filled += c->column[j].count > 0;
    for (; i < c->used && skipped < filled / share; i++)
        skipped += c->column[i].count > 0;
    return i;
}

/* How much of the height, which is logarithmic where only positive values count. */
static double size_of(struct range r, bool positive)
{
    return positive ? log(r.high / r.low) : r.high - r.low;
}

void columns_range(const struct columns *c, bool from_start, bool positive, double *low, double *high)
{
    enum { FIRST_SHARE = 8 };
    struct range all = range_from(c, 0, positive), later = all;

    if (from_start)
        later = range_from(c, after_first(c, FIRST_SHARE), positive);
    if (!(all.low <= all.high))
        return;
    if (later.low < later.high && size_of(all, positive) > 2 * size_of(later, positive))
        all = later;
    *low = fmin(*low, all.low);
    *high = fmax(*high, all.high);
}
