#include "run/model/model_pixels.h"

#include <string.h>

static const struct {
    double scale, offset;         /* of a pixel / 255 */
    double mean[3], deviation[3]; /* of the outcome, where a deviation is not 0 */
} ranges[] = {
    [PIXELS_UNIT] = { .scale = 1 },
    [PIXELS_BYTES] = { .scale = 255 },
    [PIXELS_SIGNED] = { .scale = 2, .offset = -1 },
    [PIXELS_IMAGENET] = { .scale = 1, .mean = { 0.485, 0.456, 0.406 }, .deviation = { 0.229, 0.224, 0.225 } },
};

static const char *const words[] = {
#define MODEL_PIXELS_ROW(kind, text, help) [PIXELS_##kind] = text,
    MODEL_PIXELS(MODEL_PIXELS_ROW)
#undef MODEL_PIXELS_ROW
};

void model_pixels_numbers(enum model_pixels range, double scale[CHANNELS_MAX], double offset[CHANNELS_MAX])
{
    for (int c = 0; c < CHANNELS_MAX; c++) {
        double deviation = ranges[range].deviation[c % 3], divided = deviation != 0 ? deviation : 1;

        scale[c] = ranges[range].scale / 255 / divided;
        offset[c] = (ranges[range].offset - ranges[range].mean[c % 3]) / divided;
    }
}

bool model_pixels_find(const char *text, enum model_pixels *out, struct error *e)
{
    for (size_t i = PIXELS_AS_SAID + 1; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i], text) == 0) {
            *out = (enum model_pixels)i;
            return true;
        }
    return error_set(e, ERROR_USAGE, "'%.32s' is no range of pixels: those are " MODEL_PIXELS_LISTED, text);
}
