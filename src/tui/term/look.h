/* How a cell looks: attributes and a colour, on the terminal's own background. */
#ifndef TUI_LOOK_H
#define TUI_LOOK_H

#include <stdbool.h>

#include "tui/draw/canvas.h"

enum { LOOK_PLAIN = 0, LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_REVERSE = 4 };
enum { COLOR_OWN = -1, COLOR_RED = 1, COLOR_GREEN, COLOR_YELLOW, COLOR_BLUE, COLOR_MAGENTA, COLOR_CYAN };

struct look {
    unsigned attributes; /* flags of LOOK_… */
    int color;           /* of the terminal's palette; COLOR_OWN: its own foreground */
};

/* Without colours, attributes stand for them. */
struct look look_of(enum role role, bool colors);

static inline bool look_same(struct look a, struct look b)
{
    return a.attributes == b.attributes && a.color == b.color;
}

#endif
