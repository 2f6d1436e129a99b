/* What a mouse does, as a key code: what, and in which cell of the screen, in one number. */
#ifndef TUI_MOUSE_H
#define TUI_MOUSE_H

#include <stdbool.h>

/* xterm's modes: press, release and moves with a button down; in numbers, for places beyond column 223. */
#define MOUSE_REPORTS_ON "\033[?1002h\033[?1006h"
#define MOUSE_REPORTS_OFF "\033[?1006l\033[?1002l"

enum mouse_event {
    MOUSE_PRESS,   /* the left button */
    MOUSE_DRAG,    /* moved with it held down */
    MOUSE_RELEASE,
    MOUSE_WHEEL_UP,
    MOUSE_WHEEL_DOWN
};

/* None of its bits is one of KEYCODE_ALT or KEYCODE_PASTED. */
enum { MOUSE_CODE = 0x20000000, MOUSE_EVENT_BIT = 26, MOUSE_COLUMN_BIT = 12, MOUSE_PLACE_MOST = 0xFFF };

static inline int mouse_code(enum mouse_event event, int row, int column)
{
    return MOUSE_CODE | (int)event << MOUSE_EVENT_BIT | column << MOUSE_COLUMN_BIT | row;
}

static inline bool mouse_is(int key)
{
    return key >= MOUSE_CODE;
}

static inline enum mouse_event mouse_event_of(int key)
{
    return (enum mouse_event)(key >> MOUSE_EVENT_BIT & 7);
}

static inline int mouse_row(int key)
{
    return key & MOUSE_PLACE_MOST;
}

static inline int mouse_column(int key)
{
    return key >> MOUSE_COLUMN_BIT & MOUSE_PLACE_MOST;
}

#endif
