/* Numbers and paths as the screen writes them: short, and changing as seldom as possible, since every changed cell has
 * to cross the link. */
#ifndef TUI_FIGURES_H
#define TUI_FIGURES_H

#include <stddef.h>
#include <stdint.h>

enum { FIGURE_SIZE = 32 };

/* `shown` while `fresh` is within `tolerance` of it, else `fresh`. */
double figure_hold(double shown, double fresh, double tolerance);

void figure_count(char out[FIGURE_SIZE], uint32_t count);    /* 60000 -> "60k", 1250 -> "1.2k", 812 -> "812" */
void figure_speed(char out[FIGURE_SIZE], double per_second); /* three digits: 31234 -> "31 200"; "n/a" at 0 */
void figure_loss(char out[FIGURE_SIZE], double loss);        /* five characters: "0.312", "12.35", "1e+04" */
void figure_left(char out[FIGURE_SIZE], double seconds);     /* "42 s", "3 min", "2 h 05 min"; "n/a" when negative */

/* The home folder becomes "~"; a path longer than `columns` loses its beginning: ".../runs/0007-digits-cpu". */
void figure_path(char *out, size_t size, const char *path, int columns);

#endif
