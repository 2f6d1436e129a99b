#include "plot/columns.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"

static void merge(struct column *into, struct column other)
{
    if (other.count == 0)
        return;
    if (into->count == 0) {
        *into = other;
        return;
    }
    int count = into->count + other.count;
    into->low = fminf(into->low, other.low);
    into->high = fmaxf(into->high, other.high);
    into->mean += (other.mean - into->mean) * ((float)other.count / (float)count);
    into->count = count;
}

static void halve(struct columns *c)
{
    const struct column empty = { 0 };

    for (int i = 0; i < c->width; i++) {
        struct column pair = 2 * i < c->width ? c->column[2 * i] : empty;

        if (2 * i + 1 < c->width)
            merge(&pair, c->column[2 * i + 1]);
        c->column[i] = pair;
    }
    c->per_column *= 2;
    c->used = (c->used + 1) / 2;
}

void columns_begin(struct columns *c, int width, double first_span)
{
    memset(c, 0, sizeof *c);
    c->width = int_clamp(width, 1, COLUMNS_MAX);
    c->per_column = first_span > 0 ? first_span : 1;
}

bool columns_add(struct columns *c, double position, float value)
{
    bool halved = false;

    if (!isfinite(position) || position < 0 || !isfinite(value))
        return false;
    for (; position / c->per_column >= c->width; halved = true)
        halve(c);

    int at = (int)(position / c->per_column);
    merge(&c->column[at], (struct column){ .low = value, .high = value, .mean = value, .count = 1 });
    if (at >= c->used)
        c->used = at + 1;
    return halved;
}
