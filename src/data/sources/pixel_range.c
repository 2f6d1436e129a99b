#include "data/sources/pixel_range.h"

#include <math.h>

/* byte = (value - low) · scale; what rounding adds to a number at an end of the range is no harm. The highest must be
 * `least`: standardised images do not reach as far as 0…255. */
static const struct {
    float low, high, scale, slack, least;
    const char *text;
} ranges[] = {
    [PIXELS_BYTES] = { 0 },
    [PIXELS_TO_1] = { 0, 1, 255, 1e-3f, 0, "floating-point numbers from 0 to 1" },
    [PIXELS_AROUND_0] = { -1, 1, 127.5f, 1e-3f, -1, "floating-point numbers from -1 to 1" },
    [PIXELS_TO_255] = { 0, 255, 1, 0.4f, 16, "floating-point numbers from 0 to 255" },
};

const struct pixel_extent pixel_extent_none = { INFINITY, -INFINITY };

void pixel_extent_add(struct pixel_extent *extent, const float *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        /* No number is below all: no range has it. */
        extent->low = values[i] >= extent->low ? extent->low : isnan(values[i]) ? -INFINITY : values[i];
        extent->high = values[i] > extent->high ? values[i] : extent->high;
    }
}

bool pixel_range_find(const struct pixel_extent *extent, enum pixel_range *out, struct error *e)
{
    for (size_t i = PIXELS_TO_1; i < sizeof ranges / sizeof *ranges; i++)
        if (extent->low >= ranges[i].low - ranges[i].slack && extent->high <= ranges[i].high + ranges[i].slack &&
            extent->high >= ranges[i].least - ranges[i].slack) {
            *out = (enum pixel_range)i;
            return true;
        }
    return error_set(e, ERROR_INPUT,
                     "its numbers go from %.3g to %.3g; floating-point images must be in 0…1, -1…1 or 0…255",
                     (double)extent->low, (double)extent->high);
}

bool pixel_range_bytes(enum pixel_range range, const float *values, size_t count, uint8_t *to, struct error *e)
{
    const float low = ranges[range].low - ranges[range].slack, high = ranges[range].high + ranges[range].slack;

    for (size_t i = 0; i < count; i++) {
        if (!(values[i] >= low && values[i] <= high))
            return error_set(e, ERROR_INPUT, "a pixel is %.4g, but the first images have %s", (double)values[i],
                             ranges[range].text);
        to[i] = (uint8_t)fminf(fmaxf((values[i] - ranges[range].low) * ranges[range].scale + 0.5f, 0), 255);
    }
    return true;
}

const char *pixel_range_text(enum pixel_range range)
{
    return ranges[range].text;
}
