/* The colours of pictures, for paper and for dark slides. Those of curves differ with any colour vision (Okabe and Ito,
 * "Color Universal Design", 2008), the ones that show best on their ground first. */
#ifndef PLOT_PALETTE_H
#define PLOT_PALETTE_H

struct color {
    double red, green, blue; /* 0…1 */
};

/* Position, name. */
#define PALETTES(X) \
    X(LIGHT, light) \
    X(DARK, dark)

enum palette_position {
#define PALETTE_POSITION(position, name) PALETTE_##position,
    PALETTES(PALETTE_POSITION)
#undef PALETTE_POSITION
        PALETTE_COUNT
};

extern const char *const palette_names[]; /* ends with NULL */

enum { PALETTE_CURVES = 8 };

struct palette {
    struct color paper, ink;  /* the ground, and what is read first on it */
    struct color soft, faint; /* what is read later */
    struct color axis, grid;
    struct color curves[PALETTE_CURVES];
};

const struct palette *palette_of(enum palette_position position);

/* Of a curve: `position` may be any number: it wraps around. */
struct color palette_color(const struct palette *p, int position);

/* The colour mixed with the paper: 1 leaves it as it is, 0 is paper. */
struct color palette_tint(const struct palette *p, struct color c, double ink);

#endif
