/* Keys, once: the bindings, the key line, the help page and `cuvette help keys` are made from this table, and a test
 * holds the manual to it. What panels and dialogs share about keys is here, too. */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include "tui/term/keycodes.h"

/* Action, the function in actions.c that does it, first key, second key, the keys as they are shown, label in the key
 * line ("": none), help. A function of `nothing`: panels and dialogs see to the key themselves. */
#define ACTIONS(X) \
    X(HELP, help_open, KEYCODE_F1, '?', "F1 ?", "Help", "show all keys") \
    X(PLACE, nothing, '1', '9', "1-9", "", "go to the panel or view with this number") \
    X(NEXT_PLACE, next_place, KEYCODE_TAB, KEYCODE_NONE, "Tab", "", "next panel, then charts and readings") \
    X(PREVIOUS_PLACE, previous_place, KEYCODE_BACK_TAB, KEYCODE_NONE, "Shift-Tab", "", "the one before") \
    X(WHOLE, toggle_whole, 'f', KEYCODE_NONE, "f", "", "what has the focus fills the screen; again: all") \
    X(LINE, nothing, KEYCODE_UP, KEYCODE_DOWN, "Up Down", "", "previous line, next line") \
    X(PAGE, nothing, KEYCODE_PAGE_UP, KEYCODE_PAGE_DOWN, "PgUp PgDn", "", "one page up or down") \
    X(END, nothing, KEYCODE_HOME, KEYCODE_END, "Home End", "", "first line, last line") \
    X(PRESET, recipes_open, KEYCODE_F2, 'o', "F2 o", "Recipe", "open a recipe: presets and files") \
    X(SAVE, recipes_write, KEYCODE_F3, 'w', "F3 w", "", "write the recipe to a file") \
    X(UNDO, recipes_undo, 'u', KEYCODE_NONE, "u", "", "undo the last change of the recipe") \
    X(REDO, recipes_redo, KEYCODE_CTRL_R, 'U', "U Ctrl-R", "", "redo the change that was undone last") \
    X(TRAIN, train, KEYCODE_F5, 't', "F5 t", "Train", "train the recipe; while it trains: stop") \
    X(PAUSE, pause_or_resume, ' ', KEYCODE_NONE, "Space", "Pause", "pause training; again: resume") \
    X(SLOWER, slower, '-', KEYCODE_NONE, "-", "", "halve the learning rate, also while it trains") \
    X(FASTER, faster, '+', '=', "+ =", "", "double the learning rate, also while it trains") \
    X(EXPORT, export_run, KEYCODE_F8, 'e', "F8 e", "Export", "write the charts as PNG files") \
    X(DEVICES, devices_view_open, KEYCODE_F9, 'g', "F9 g", "Devices", "all GPUs and the node, and their history") \
    X(DETAIL, toggle_detail, 'b', KEYCODE_NONE, "b", "", "bytes per second and round trip of the link") \
    X(REDRAW, redraw, KEYCODE_CTRL_L, KEYCODE_NONE, "Ctrl-L", "", "draw the whole screen again") \
    X(QUIT, quit, KEYCODE_F10, 'q', "F10 q", "Quit", "quit; asks first while it trains") \
    X(INTERRUPT, quit, KEYCODE_CTRL_C, KEYCODE_NONE, "Ctrl-C", "", "close a dialog; without one: quit")

enum action {
    ACTION_NONE,
#define ACTION(action, function, first, second, shown, label, help) ACTION_##action,
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

enum action keys_action(int key); /* letters in either case, where both mean the same; 1 to 9 are all ACTION_PLACE */

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
