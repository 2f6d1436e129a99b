#include "plot/window.h"

#include <math.h>

static const double shrink = 0.5, slack = 1e-9;

static double round_end(double least)
{
    static const double digits[] = { 1, 2, 4, 6, 10 };
    enum { DIGITS = sizeof digits / sizeof *digits };
    double unit = pow(10, floor(log10(least)));
    int i = 0;

    while (i < DIGITS - 1 && digits[i] * unit < least * (1 - slack))
        i++;
    return digits[i] * unit;
}

struct window window_fit(double data, double least, double end)
{
    double needed = fmax(data, least);

    if (!(needed > 0))
        needed = 1;
    if (!(end > 0))
        return (struct window){ 0, round_end(needed) };
    if (needed >= end)
        return (struct window){ 0, fmax(data, end) };
    while (end * shrink >= needed)
        end *= shrink;
    return (struct window){ 0, end };
}

struct window window_hold(struct window now, struct window fitted, double data)
{
    bool good = now.low == fitted.low && data <= now.high && now.high >= fitted.high && now.high < 2 * fitted.high;

    return good ? now : fitted;
}

/* Moves the window into `all`, which is at least as wide. */
static struct window inside(struct window w, struct window all)
{
    double over = fmax(w.high - all.high, 0), under = fmax(all.low - w.low, 0);

    return (struct window){ w.low - over + under, w.high - over + under };
}

struct window window_zoom(struct window w, struct window all, double about, double times, double least)
{
    double width = w.high - w.low, wished = fmax(width * times, least);

    if (wished >= (all.high - all.low) * (1 - slack))
        return all;

    double low = about - (about - w.low) * wished / width;

    return inside((struct window){ low, low + wished }, all);
}

struct window window_pan(struct window w, struct window all, double share)
{
    double by = share * (w.high - w.low);

    return inside((struct window){ w.low + by, w.high + by }, all);
}

double window_fraction(struct window w, double at)
{
    return (at - w.low) / (w.high - w.low);
}

bool window_holds(struct window w, double at)
{
    return at >= w.low && at <= w.high;
}
