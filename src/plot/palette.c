#include "plot/palette.h"

#include <stddef.h>

#define RGB(hex) { ((hex) >> 16 & 255) / 255.0, ((hex) >> 8 & 255) / 255.0, ((hex) & 255) / 255.0 }

static const struct palette light = {
    .paper = RGB(0xFFFFFF),
    .ink = RGB(0x212121),
    .soft = RGB(0x555555),
    .faint = RGB(0x808080),
    .axis = RGB(0x737373),
    .grid = RGB(0xE6E6E6),
    .curves = {
        RGB(0x0072B2), /* blue */
        RGB(0xD55E00), /* vermilion */
        RGB(0x009E73), /* bluish green */
        RGB(0xCC79A7), /* reddish purple */
        RGB(0xE69F00), /* orange */
        RGB(0x56B4E9), /* sky blue */
        RGB(0x000000), /* black */
        RGB(0xF0E442), /* yellow */
    },
};

static const struct palette dark = {
    .paper = RGB(0x16191D),
    .ink = RGB(0xEDEDED),
    .soft = RGB(0xB8BCC2),
    .faint = RGB(0x8D939B),
    .axis = RGB(0x8D939B),
    .grid = RGB(0x2E343B),
    .curves = {
        RGB(0x56B4E9), /* sky blue */
        RGB(0xE69F00), /* orange */
        RGB(0x009E73), /* bluish green */
        RGB(0xCC79A7), /* reddish purple */
        RGB(0xF0E442), /* yellow */
        RGB(0xD55E00), /* vermilion */
        RGB(0xFFFFFF), /* white, in place of black */
        RGB(0x0072B2), /* blue */
    },
};

static const struct palette *const palettes[PALETTE_COUNT] = {
#define PALETTE_ROW(position, name) [PALETTE_##position] = &name,
    PALETTES(PALETTE_ROW)
#undef PALETTE_ROW
};

const char *const palette_names[] = {
#define PALETTE_NAME(position, name) [PALETTE_##position] = #name,
    PALETTES(PALETTE_NAME)
#undef PALETTE_NAME
    [PALETTE_COUNT] = NULL,
};

const struct palette *palette_of(enum palette_position position)
{
    return palettes[position];
}

struct color palette_color(const struct palette *p, int position)
{
    return p->curves[(unsigned)position % PALETTE_CURVES];
}

struct color palette_tint(const struct palette *p, struct color c, double ink)
{
    return (struct color){
        p->paper.red + ink * (c.red - p->paper.red),
        p->paper.green + ink * (c.green - p->paper.green),
        p->paper.blue + ink * (c.blue - p->paper.blue),
    };
}
