/* Numbers of the keys: a printable key is its Unicode number, every other key has a name here. */
#ifndef TUI_KEYCODES_H
#define TUI_KEYCODES_H

enum {
    KEYCODE_NONE = 0,
    KEYCODE_CTRL_C = 3,
    KEYCODE_CTRL_D = 4,
    KEYCODE_BACKSPACE = 8,
    KEYCODE_TAB = 9,
    KEYCODE_CTRL_L = 12,
    KEYCODE_ENTER = 13,
    KEYCODE_CTRL_R = 18,
    KEYCODE_CTRL_U = 21,
    KEYCODE_CTRL_Z = 26,
    KEYCODE_ESCAPE = 27,
    KEYCODE_UP = 0x110000, /* above all of Unicode */
    KEYCODE_DOWN,
    KEYCODE_LEFT,
    KEYCODE_RIGHT,
    KEYCODE_HOME,
    KEYCODE_END,
    KEYCODE_PAGE_UP,
    KEYCODE_PAGE_DOWN,
    KEYCODE_INSERT,
    KEYCODE_DELETE,
    KEYCODE_BACK_TAB,
    KEYCODE_RESIZE, /* no key: the terminal has another size now */
    KEYCODE_CHECKPOINT, /* no key: a signal asks for a checkpoint */
    KEYCODE_F1,
    KEYCODE_F2,
    KEYCODE_F3,
    KEYCODE_F4,
    KEYCODE_F5,
    KEYCODE_F6,
    KEYCODE_F7,
    KEYCODE_F8,
    KEYCODE_F9,
    KEYCODE_F10,
    KEYCODE_ALT = 0x1000000,   /* added to a key that is pressed with Alt */
    KEYCODE_PASTED = 0x2000000 /* added to a character that was pasted, not typed */
};

#endif
