#include "tui/term/look.h"

/* Few colours: each change of one and back costs 8 bytes. */
static const struct {
    unsigned attributes;
    int color;
    unsigned mono;
} looks[ROLE_COUNT] = {
    [ROLE_NORMAL] = { LOOK_PLAIN, COLOR_OWN, LOOK_PLAIN },
    [ROLE_FRAME] = { LOOK_PLAIN, COLOR_OWN, LOOK_PLAIN },
    [ROLE_FRAME_FOCUS] = { LOOK_PLAIN, COLOR_CYAN, LOOK_BOLD },
    [ROLE_TITLE] = { LOOK_BOLD, COLOR_OWN, LOOK_BOLD },
    [ROLE_DIM] = { LOOK_DIM, COLOR_OWN, LOOK_PLAIN },
    [ROLE_STRONG] = { LOOK_BOLD, COLOR_OWN, LOOK_BOLD },
    [ROLE_SELECTED] = { LOOK_REVERSE, COLOR_OWN, LOOK_REVERSE },
    [ROLE_GOOD] = { LOOK_PLAIN, COLOR_GREEN, LOOK_PLAIN },
    [ROLE_WARN] = { LOOK_PLAIN, COLOR_YELLOW, LOOK_BOLD },
    [ROLE_BAD] = { LOOK_BOLD, COLOR_RED, LOOK_BOLD },
    [ROLE_TRAIN] = { LOOK_PLAIN, COLOR_CYAN, LOOK_PLAIN },
    [ROLE_VALID] = { LOOK_PLAIN, COLOR_YELLOW, LOOK_BOLD },
    [ROLE_BAND] = { LOOK_DIM, COLOR_CYAN, LOOK_DIM },
    [ROLE_PAST] = { LOOK_DIM, COLOR_OWN, LOOK_DIM },
    [ROLE_PINNED] = { LOOK_PLAIN, COLOR_MAGENTA, LOOK_PLAIN },
    [ROLE_BAR] = { LOOK_PLAIN, COLOR_OWN, LOOK_PLAIN },
    [ROLE_KEY] = { LOOK_BOLD, COLOR_OWN, LOOK_BOLD },
};

struct look look_of(enum role role, bool colors)
{
    if (!colors)
        return (struct look){ looks[role].mono, COLOR_OWN };
    return (struct look){ looks[role].attributes, looks[role].color };
}
