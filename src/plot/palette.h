/* Colours of curves that differ with any colour vision (Okabe and Ito, "Color Universal Design", 2008). The first are
 * the ones that show best on white. */
#ifndef PLOT_PALETTE_H
#define PLOT_PALETTE_H

struct color {
    double red, green, blue; /* 0…1 */
};

enum { PALETTE_SIZE = 8 };

/* `position` may be any number: it wraps around. */
static inline struct color palette_color(int position)
{
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
    unsigned rgb = colors[(unsigned)position % PALETTE_SIZE];

    return (struct color){ (rgb >> 16) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0 };
}

/* The colour mixed with white: 1 leaves it as it is, 0 is white. */
static inline struct color palette_tint(struct color c, double ink)
{
    return (struct color){ 1 - ink * (1 - c.red), 1 - ink * (1 - c.green), 1 - ink * (1 - c.blue) };
}

#endif
