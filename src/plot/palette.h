/* The curves' colours: told apart with any colour vision (Okabe and Ito, "Color Universal Design", 2008), the best
 * on white first. */
#ifndef PLOT_PALETTE_H
#define PLOT_PALETTE_H

struct color {
    double red, green, blue; /* 0…1 */
};

enum { PALETTE_SIZE = 8 };

struct color palette_color(int position);              /* any number: it wraps around */
struct color palette_tint(struct color c, double ink); /* the colour thinned with white: ink 1 leaves it, 0 is white */

#endif
