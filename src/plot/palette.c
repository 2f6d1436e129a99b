#include "plot/palette.h"

static const unsigned colors[PALETTE_SIZE] = {
    0x0072B2, /* blue */
    0xD55E00, /* vermilion */
    0x009E73, /* bluish green */
    0xCC79A7, /* reddish purple */
    0xE69F00, /* orange */
    0x56B4E9, /* sky blue */
    0x000000, /* black */
    0xF0E442, /* yellow */
};

struct color palette_color(int position)
{
    unsigned rgb = colors[(unsigned)position % PALETTE_SIZE];

    return (struct color){ (rgb >> 16) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0 };
}

struct color palette_tint(struct color c, double ink)
{
    return (struct color){ 1 - ink * (1 - c.red), 1 - ink * (1 - c.green), 1 - ink * (1 - c.blue) };
}
