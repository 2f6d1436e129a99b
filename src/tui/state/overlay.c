#include "tui/state/overlay.h"

#include <math.h>

#include "base/limits.h"

static const double share_wanted = 0.5, share_held = 0.4; /* of the height, that curves fill */

/* The one at a position, if it is there; returns how many there are. */
static int find_curve(int position, struct overlay_curve *out)
{
    static const enum run_curve order[CURVE_COUNT] = { CURVE_VALIDATION, CURVE_STEPS };
    int count = 0;

    for (int i = 0; i < CURVE_COUNT; i++)
        for (int kind = 0; kind < CHART_COUNT; kind++)
            for (int line = 0; line < chart_kinds[kind]->n_lines; line++) {
                if (chart_kinds[kind]->lines[line].curve != order[i])
                    continue;
                if (count++ == position)
                    *out = (struct overlay_curve){ (enum chart_position)kind, line };
            }
    return count;
}

int overlay_curves(void)
{
    return find_curve(-1, NULL);
}

struct overlay_curve overlay_curve(int position)
{
    struct overlay_curve found = { CHART_LOSS, 0 };

    find_curve(position, &found);
    return found;
}

void overlay_next_axis(struct overlay *o)
{
    o->axis = (enum axis)((o->axis + 1) % AXIS_COUNT);
}

bool overlay_resize(struct overlay *o, int rows, int points)
{
    enum { ROWS_A_TICK = 2, TICKS_LEAST = 3, TICKS_MOST = 8 };
    const int ticks = int_clamp(rows / ROWS_A_TICK + 1, TICKS_LEAST, TICKS_MOST);
    const bool same = points == o->points && ticks == o->ticks;

    o->points = int_clamp(points, 1, COLUMNS_MAX);
    o->ticks = ticks;
    return !same;
}

void overlay_columns(const struct overlay *o, const struct curves *curves, struct columns *out)
{
    const struct overlay_curve shown = overlay_curve(o->curve);

    columns_fill(out, o->points, &curves->lines[shown.kind][shown.line], o->axis, o->window);
    if (chart_kinds[shown.kind]->lines[shown.line].style == STYLE_NOISY)
        smoothing_apply(o->smoothing, out);
}

static struct window window_of(const struct overlay *o, const struct curves *curves, int count, bool going)
{
    double end = 0;

    for (int i = 0; i < count; i++)
        end = fmax(end, curves_end(&curves[i], o->axis));
    if (going)
        return window_hold(o->window, window_fit(end, 1, 0), end);
    return (struct window){ 0, end > 0 ? end : 1 };
}

static void fit_scale(struct overlay *o, const struct curves *curves, int count, double share)
{
    const struct chart_kind *kind = chart_kinds[overlay_curve(o->curve).kind];
    struct scale_wish wish = { .low = INFINITY, .high = -INFINITY, .floor = kind->low * kind->factor,
                               .ceiling = kind->high * kind->factor, .ticks = o->ticks, .share = share,
                               .logarithmic = o->logarithmic && !kind->linear };

    for (int i = 0; i < count; i++) {
        struct columns columns;

        overlay_columns(o, &curves[i], &columns);
        columns_range(&columns, o->window.low <= 0, wish.logarithmic, &wish.low, &wish.high);
    }
    if (kind->from_zero && !wish.logarithmic && wish.low > 0 && wish.low <= wish.high)
        wish.low = 0;
    scale_hold(&o->scale, &wish);
}

void overlay_fit(struct overlay *o, const struct curves *curves, int count, bool going, bool anew)
{
    const struct window before = o->window;

    if (o->points == 0)
        return;
    if (anew) {
        o->window = (struct window){ 0 };
        o->scale = (struct scale){ 0 };
    }
    o->window = window_of(o, curves, count, going);

    const bool same = o->window.low == before.low && o->window.high == before.high;

    fit_scale(o, curves, count, same ? share_held : share_wanted);
}
