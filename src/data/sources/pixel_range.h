/* Images whose pixels are stored as floating-point numbers, as lessons often have them: divided by 255, or only made
 * float. Which range they are in is found out from some of them; then all become bytes, and one that is out of the
 * range is an error. */
#ifndef DATA_PIXEL_RANGE_H
#define DATA_PIXEL_RANGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum pixel_range { PIXELS_BYTES, PIXELS_TO_1, PIXELS_AROUND_0, PIXELS_TO_255 };

/* Of the numbers looked at so far; begin with pixel_extent_none. */
struct pixel_extent {
    float low, high;
};

extern const struct pixel_extent pixel_extent_none;

void pixel_extent_add(struct pixel_extent *extent, const float *values, size_t count);

/* The smallest range that has them all. False with an error, without context: none has. */
bool pixel_range_find(const struct pixel_extent *extent, enum pixel_range *out, struct error *e);

/* Makes bytes of numbers, rounded. False with an error, without context: one is out of the range, or is no number. */
bool pixel_range_bytes(enum pixel_range range, const float *values, size_t count, uint8_t *to, struct error *e);

/* "floating-point numbers from 0 to 1"; NULL for bytes. */
const char *pixel_range_text(enum pixel_range range);

#endif
