#include "tui/state/smoothing.h"

#include <math.h>

static const struct {
    double forgets_within; /* of the width */
    const char *words;
} kinds[SMOOTHING_COUNT] = {
    [SMOOTHING_OFF] = { 0, "off: each column is the mean of its steps" },
    [SMOOTHING_LIGHT] = { 1.0 / 50, "light: over 1/50 of the width" },
    [SMOOTHING_STRONG] = { 1.0 / 10, "strong: over 1/10 of the width" },
};

enum smoothing smoothing_next(enum smoothing s)
{
    return (enum smoothing)((s + 1) % SMOOTHING_COUNT);
}

const char *smoothing_words(enum smoothing s)
{
    return kinds[s].words;
}

void smoothing_apply(enum smoothing s, struct columns *line)
{
    if (s != SMOOTHING_OFF)
        columns_smooth(line, fmax(kinds[s].forgets_within * line->width, 1));
}
