/* Numbers and paths as the screen writes them: short, and changing as seldom as they can, since every changed cell
 * crosses the link. */
#ifndef TUI_FIGURES_H
#define TUI_FIGURES_H

#include <stddef.h>
#include <stdint.h>

enum { FIGURE_SIZE = 32 };

double figure_hold(double shown, double fresh, double tolerance); /* `shown` while `fresh` is no further from it */

void figure_count(char out[FIGURE_SIZE], uint32_t count);        /* 60000 -> "60k", 1250 -> "1.2k", 812 -> "812" */
void figure_speed(char out[FIGURE_SIZE], double per_second);     /* 31234 -> "31 200": three figures; "n/a" at 0 */
void figure_left(char out[FIGURE_SIZE], double seconds);         /* "42 s", "3 min", "2 h 05 min", "n/a" when negative */
/* The home folder becomes "~"; what is longer than so many columns loses its beginning: ".../runs/0007-digits-cpu". */
void figure_path(char *out, size_t size, const char *path, int columns);
void figure_path_typed(char *out, size_t size, const char *typed); /* and back: what was typed, for the system */

#endif
