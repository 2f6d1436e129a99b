/* How a cell looks: attributes and a colour, on the terminal's own background. */
#ifndef TUI_LOOK_H
#define TUI_LOOK_H

#include <stdbool.h>

#include "tui/draw/canvas.h"

/* Name, what it is for. */
#define THEMES(X) \
    X(auto, "as the terminal says: mono with NO_COLOR, light where COLORFGBG tells of a light ground, else dark") \
    X(dark, "on a dark ground") \
    X(light, "on a light ground") \
    X(safe, "orange and blue, which all tell apart") \
    X(mono, "no colours")

enum theme {
#define THEME(name, help) THEME_##name,
    THEMES(THEME)
#undef THEME
    THEME_COUNT
};

extern const char *const theme_names[]; /* ends with NULL */

enum { LOOK_PLAIN = 0, LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_REVERSE = 4, COLOR_OWN = -1 };

enum { COLOR_DIRECT = 1 << 24, COLORS_ALL = COLOR_DIRECT };

struct look {
    unsigned attributes; /* flags of LOOK_… */
    int color;           /* of the terminal's palette; COLOR_OWN: its own; from COLOR_DIRECT on: red, green, blue */
    int ground;          /* the same, behind the character */
};

/* What a theme makes of a role on a terminal with so many colours: with fewer than eight, what `mono` does. */
struct look look_of(enum role role, enum theme theme, int colors);

/* Two pixels in a cell (canvas_pixels()), each in the nearest colour of so many: COLORS_ALL, 256, 16 or 8. */
struct look look_of_pixels(const uint8_t ink[3], const uint8_t ground[3], int colors);

enum theme look_theme(enum theme wanted); /* what THEME_auto is here; any other is itself */

static inline bool look_same(struct look a, struct look b)
{
    return a.attributes == b.attributes && a.color == b.color && a.ground == b.ground;
}

#endif
