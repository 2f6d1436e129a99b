#include "plot/scale.h"

#include <math.h>
#include <stdio.h>

#include "base/limits.h"

/* Rounding makes quotients that should be whole too small: 0.3 / 0.1 is below 3. */
static const double slack = 1e-9;

/* Makes a range that has ticks: finite, ascending, and wide enough for ticks to differ. */
static void widen(double *low, double *high)
{
    if (!isfinite(*low) || !isfinite(*high)) {
        *low = 0;
        *high = 1;
    }
    if (*low > *high) {
        double swapped = *low;

        *low = *high;
        *high = swapped;
    }
    double size = fmax(fabs(*low), fabs(*high));
    if (*high - *low > size * 1e-6)
        return;
    if (size == 0) {
        *high = 1;
        return;
    }
    *low -= size * 0.1;
    *high += size * 0.1;
}

static int tick_count(double low, double high, double step)
{
    return (int)(ceil(high / step - slack) - floor(low / step + slack)) + 1;
}

struct scale scale_nice(double low, double high, int ticks)
{
    static const double multiples[] = { 1, 2, 5 };
    int most = int_clamp(ticks, 2, TICKS_MAX);

    widen(&low, &high);
    int power = (int)floor(log10((high - low) / most));
    double step = pow(10, power);
    /* Two ticks cannot enclose a range with 0 inside. Three always can, at some power of ten. */
    if (most == 2 && low < 0 && high > 0)
        most = 3;
    for (int i = 0; tick_count(low, high, step) > most; i++) {
        power += i % 3 == 2;
        step = multiples[(i + 1) % 3] * pow(10, power);
    }
    return (struct scale){
        .low = floor(low / step + slack) * step,
        .high = ceil(high / step - slack) * step,
        .step = step,
        .decimals = power < 0 ? -power : 0,
    };
}

/* Bounds at half ticks around the data and margins, which end at zero and at the limits of the values. On a side where
 * the data have left the scale `before` they may go on, and the margin is larger. Data that come near zero, or
 * are all the same, are drawn from it. */
static struct scale scale_around(const struct scale_wish *w, const struct scale *before)
{
    const double margin = 0.1, way_to_go = 0.25, near_zero = 1.0 / 3;
    double low = w->low, high = w->high;

    widen(&low, &high);

    double below = (high - low) * (low < before->low ? way_to_go : margin);
    double above = (high - low) * (high > before->high ? way_to_go : margin);
    bool from_zero = w->low >= 0 && (w->low == w->high || low < near_zero * (high - low));
    double bottom = from_zero ? 0 : low < 0 ? low - below : fmax(low - below, 0);
    double top = high <= 0 ? fmin(high + above, 0) : high + above;
    struct scale s = { .step = pow(10, floor(log10((top - bottom) / TICKS_MAX))) };

    for (int i = 0; (top - bottom) / s.step > int_clamp(w->ticks, 2, TICKS_MAX) - 1; i++)
        s.step *= i % 3 == 1 ? 2.5 : 2;
    s.decimals = int_max((int)-floor(log10(s.step) + slack), 0);

    double half = s.step / 2;

    s.low = floor(bottom / half + slack) * half;
    s.high = ceil(top / half - slack) * half;
    if (w->floor < w->ceiling && w->low >= w->floor && w->high <= w->ceiling) {
        s.low = fmax(s.low, w->floor);
        s.high = fmin(s.high, w->ceiling);
    }
    return s;
}

/* The next of 1, 2 and 5 times a power of ten, upwards or downwards; the value itself where it is one. */
static double round_digit(double value, bool up)
{
    static const double digits[] = { 1, 2, 5, 10 };
    double unit = pow(10, floor(log10(value) + slack)), digit = value / unit;
    int i = 0;

    while (i < 3 && (up ? digits[i] < digit * (1 - slack) : digits[i + 1] <= digit * (1 + slack)))
        i++;
    return digits[i] * unit;
}

static struct scale scale_logarithmic(const struct scale_wish *w)
{
    double low = w->low, high = w->high;

    if (!(low > 0 && low <= high && isfinite(high))) {
        low = 0.1;
        high = 1;
    }

    double margin = fmax(log10(high / low) / 10, 0.02);
    struct scale s = { .low = round_digit(low * pow(10, -margin), false),
                       .high = round_digit(high * pow(10, margin), true),
                       .logarithmic = true };
    double ticks[TICKS_MAX];

    if (scale_ticks(&s, ticks) <= w->ticks)
        return s;
    /* Fewer ticks, unless hardly one would be left. */
    double decades = floor(log10(s.high) + slack) - ceil(log10(s.low) - slack);
    if (decades >= 1)
        s.step = fmax(ceil(decades / w->ticks), 1);
    return s;
}

/* The data are inside, and they, or the range that a scale of them alone would have, fill enough. */
static bool is_good(const struct scale *s, const struct scale_wish *w, double low, double high)
{
    double share = w->share > 0 ? w->share : 0.5;

    return w->low >= s->low && w->high <= s->high &&
           scale_fraction(s, high) - scale_fraction(s, fmax(low, s->low)) > share;
}

bool scale_hold(struct scale *s, const struct scale_wish *w)
{
    double low = w->low, high = w->high;
    bool same_kind = s->low < s->high && s->logarithmic == w->logarithmic;

    if (!(low <= high) && same_kind)
        return false;
    widen(&low, &high);
    if (same_kind && is_good(s, w, low, high))
        return false;

    struct scale nowhere = { .low = -INFINITY, .high = INFINITY };
    struct scale fresh = w->logarithmic ? scale_logarithmic(w) : scale_around(w, same_kind ? s : &nowhere);
    bool changed = !same_kind || fresh.low != s->low || fresh.high != s->high || fresh.step != s->step;

    *s = fresh;
    return changed;
}

static int logarithmic_ticks(const struct scale *s, double out[TICKS_MAX])
{
    static const double digits[] = { 1, 2, 5 };
    int count = 0;

    for (double power = floor(log10(s->low) + slack); count < TICKS_MAX && pow(10, power) <= s->high * (1 + slack);
         power += fmax(s->step, 1))
        for (int i = 0; i < (s->step > 0 ? 1 : 3) && count < TICKS_MAX; i++) {
            double tick = digits[i] * pow(10, power);

            if (tick >= s->low * (1 - slack) && tick <= s->high * (1 + slack))
                out[count++] = tick;
        }
    return count;
}

int scale_ticks(const struct scale *s, double out[TICKS_MAX])
{
    double first = ceil(s->low / s->step - slack);
    int count = 0;

    if (s->logarithmic)
        return logarithmic_ticks(s, out);
    for (double i = first; count < TICKS_MAX && i * s->step <= s->high + s->step * slack; i++)
        out[count++] = i * s->step;
    return count;
}

void scale_label(const struct scale *s, double value, char *out, size_t size)
{
    enum { DECIMALS_MOST = 5 };
    const double long_number = 1e6;

    if (s->logarithmic) {
        snprintf(out, size, "%.6g", value);
        return;
    }
    /* Rounding can leave a tiny number in place of zero, which would print as "-0". */
    if (fabs(value) < s->step * 1e-6)
        value = 0;
    if (s->decimals > DECIMALS_MOST || fmax(fabs(s->low), fabs(s->high)) >= long_number)
        snprintf(out, size, "%.6g", value);
    else
        snprintf(out, size, "%.*f", s->decimals, value);
}

double scale_fraction(const struct scale *s, double value)
{
    if (!s->logarithmic)
        return (value - s->low) / (s->high - s->low);
    return value > 0 ? log(value / s->low) / log(s->high / s->low) : NAN;
}
