/* Keys, once: the bindings, the key line, the help screen and `cuvette help keys` are made from this table, and a test
 * compares the manual page with it. */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include "tui/term/keycodes.h"

/* name, first key, second key, as they are shown, label in the key line ("": none), help */
#define ACTIONS(X) \
    X(HELP, KEYCODE_F1, '?', "F1 ?", "Help", "the keys, on one page") \
    X(DATASET, '1', KEYCODE_NONE, "1", "", "go to the Dataset panel") \
    X(LAYERS, '2', KEYCODE_NONE, "2", "", "go to the Layers panel") \
    X(TRAINING, '3', KEYCODE_NONE, "3", "", "go to the Training panel") \
    X(DEVICE, '4', KEYCODE_NONE, "4", "", "go to the Device panel") \
    X(NEXT_PANEL, KEYCODE_TAB, KEYCODE_NONE, "Tab", "", "next panel (Shift-Tab: the one before)") \
    X(PREVIOUS_PANEL, KEYCODE_BACK_TAB, KEYCODE_NONE, "Shift-Tab", "", "panel before") \
    X(LINE, KEYCODE_UP, KEYCODE_DOWN, "Up Down", "", "line before, next line") \
    X(SCREENFUL, KEYCODE_PAGE_UP, KEYCODE_PAGE_DOWN, "PgUp PgDn", "", "as many lines up or down as are shown") \
    X(END, KEYCODE_HOME, KEYCODE_END, "Home End", "", "first line, last line") \
    X(PRESET, KEYCODE_F2, 'o', "F2 o", "Recipe", "open a recipe: presets and files") \
    X(SAVE, KEYCODE_F3, 'w', "F3 w", "", "write the recipe to a file") \
    X(TRAIN, KEYCODE_F5, 't', "F5 t", "Train", "train with what the panels say; again: stop") \
    X(PAUSE, ' ', KEYCODE_NONE, "Space", "Pause", "pause training and go on") \
    X(SLOWER, '-', KEYCODE_NONE, "-", "", "halve the learning rate, also while it trains") \
    X(FASTER, '+', '=', "+ =", "", "double the learning rate, also while it trains") \
    X(EXPORT, KEYCODE_F8, 'e', "F8 e", "Export", "write loss and accuracy charts as PNG") \
    X(DEVICES, KEYCODE_F9, 'g', "F9 g", "Devices", "all GPUs and the node, with their last minutes") \
    X(DETAIL, 'b', KEYCODE_NONE, "b", "", "bytes per second and round trip of the link") \
    X(REDRAW, KEYCODE_CTRL_L, KEYCODE_NONE, "Ctrl-L", "", "draw the whole screen again") \
    X(QUIT, KEYCODE_F10, 'q', "F10 q", "Quit", "leave; asks first while it trains") \
    X(INTERRUPT, KEYCODE_CTRL_C, KEYCODE_NONE, "Ctrl-C", "", "close a dialog; without one: leave")

enum action {
    ACTION_NONE,
#define ACTION(name, first, second, shown, label, help) ACTION_##name,
    ACTIONS(ACTION)
#undef ACTION
    ACTION_COUNT
};

struct key_binding {
    enum action action;
    int keys[2];
    const char *shown, *label, *help;
};
extern const struct key_binding key_bindings[]; /* ends with ACTION_NONE */

enum action keys_action(int key); /* letters in either case */

/* What a key did, as flags: of a panel or of a dialog. */
enum reaction {
    REACTION_NONE = 0,          /* it is not their key */
    REACTION_HANDLED = 1,
    REACTION_MODEL_CHANGED = 2, /* the recipe changed: infer its shapes again */
    REACTION_CLOSE = 4          /* the dialog is done */
};

/* A panel's or a dialog's own keys, for the help screen and the manual page: a table that ends with NULL keys. */
struct key_help {
    const char *keys, *help; /* "a", "add a layer" */
};

/* The selected line after a key that moves through `count` lines, of which a page shows `page`; -1: no such key. */
int keys_move(int selected, int count, int page, int key);

#endif
