#include "nn/recipe/pixels.h"

#include <string.h>

static const struct {
    double scale, offset;         /* of a pixel / 255 */
    double mean[3], deviation[3]; /* of the outcome, where a deviation is not 0 */
} ranges[] = {
    [PIXELS_UNIT] = { .scale = 1 },
    [PIXELS_BYTES] = { .scale = 255 },
    [PIXELS_SIGNED] = { .scale = 2, .offset = -1 },
    [PIXELS_IMAGENET] = { .scale = 1, .mean = { 0.485, 0.456, 0.406 }, .deviation = { 0.229, 0.224, 0.225 } },
    [PIXELS_CAFFE] = { .scale = 255, .mean = { 123.68, 116.779, 103.939 } },
    [PIXELS_LITE] = { .scale = 255 / 128.0, .offset = -127 / 128.0 },
};

const char *const pixels_names[] = {
    [PIXELS_UNSAID] = "measured",
#define PIXELS_ROW(kind, words, help) [PIXELS_##kind] = words,
    PIXELS(PIXELS_ROW)
#undef PIXELS_ROW
    NULL,
};

struct pixels_line pixels_line(enum pixels range, int channel)
{
    double deviation = ranges[range].deviation[channel % 3], divided = deviation != 0 ? deviation : 1;

    return (struct pixels_line){ ranges[range].scale / 255 / divided,
                                 (ranges[range].offset - ranges[range].mean[channel % 3]) / divided };
}

bool pixels_find(const char *words, enum pixels *out, struct error *e)
{
    for (size_t i = PIXELS_UNSAID + 1; pixels_names[i]; i++)
        if (strcmp(pixels_names[i], words) == 0) {
            *out = (enum pixels)i;
            return true;
        }
    return error_set(e, ERROR_USAGE, "'%.32s' is no range of pixels: those are " PIXELS_LISTED, words);
}
