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

bool scale_hold(struct scale *s, double low, double high, int ticks)
{
    double wide_low = low, wide_high = high;

    widen(&wide_low, &wide_high);
    bool inside = s->low < s->high && low >= s->low && high <= s->high;
    if (inside && wide_high - wide_low > (s->high - s->low) / 2)
        return false;

    /* A margin, but not across zero: a loss is never negative. */
    double margin = (wide_high - wide_low) / 10;
    double bottom = wide_low >= 0 ? fmax(wide_low - margin, 0) : wide_low - margin;
    double top = wide_high <= 0 ? fmin(wide_high + margin, 0) : wide_high + margin;
    struct scale fresh = scale_nice(bottom, top, ticks);
    bool changed = fresh.low != s->low || fresh.high != s->high || fresh.step != s->step;
    *s = fresh;
    return changed;
}

int scale_ticks(const struct scale *s, double out[TICKS_MAX])
{
    double first = ceil(s->low / s->step - slack);
    int count = 0;

    for (double i = first; count < TICKS_MAX && i * s->step <= s->high + s->step * slack; i++)
        out[count++] = i * s->step;
    return count;
}

void scale_label(const struct scale *s, double value, char *out, size_t size)
{
    enum { DECIMALS_MOST = 5 };
    const double long_number = 1e6;

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
    return (value - s->low) / (s->high - s->low);
}
