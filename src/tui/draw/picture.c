#include "tui/draw/picture.h"

/* How bright it looks (ITU-R BT.601), 0 to 255. */
static int brightness(const uint8_t rgb[3])
{
    return (299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2]) / 1000;
}

static uint32_t weight(const uint8_t above[3], const uint8_t below[3])
{
    static const char ramp[] = " .:-=+*#%@";
    const int levels = sizeof ramp - 1;

    return (unsigned char)ramp[(brightness(above) + brightness(below)) * levels / (2 * 256)];
}

void picture_draw(struct canvas *c, int row, int column, const uint8_t *rgb, int height, int width)
{
    static const uint8_t black[3];
    const size_t stride = (size_t)width * 3;

    for (int y = 0; y < height; y += 2)
        for (int x = 0; x < width; x++) {
            const uint8_t *above = rgb + (size_t)y * stride + (size_t)x * 3;
            const uint8_t *below = y + 1 < height ? above + stride : black;

            if (c->unicode && c->colors > 0)
                canvas_pixels(c, row + y / 2, column + x, above, below);
            else
                canvas_put(c, row + y / 2, column + x, ROLE_NORMAL, weight(above, below));
        }
}
