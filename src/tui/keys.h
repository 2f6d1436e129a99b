/* Keys, once: the bindings, the key line, the help page and `cuvette help keys` are made from this table, and a test
 * holds the manual to it. What panels and dialogs share about keys is here, too. */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <stdbool.h>

#include "tui/term/keycodes.h"

/* Action, the function in actions.c that does it, first key, second key, the keys as they are shown, label in the key
 * line ("": none), help. A function of `nothing`: panels and dialogs see to the key themselves.
 *
 * The rows are in the order of their need: a narrow key line has the first labels only. Keys are written as in a
 * key_help, below. Help of up to 25 characters is one row of the
 * help page. */
#define ACTIONS(X) \
    X(TRAIN, steering_train, KEYCODE_F5, 't', "F5 t", "Train", "train; in a run: stop") \
    X(HELP, help_open, KEYCODE_F1, '?', "? F1", "Help", "all keys, these first") \
    X(PAUSE, steering_pause, ' ', KEYCODE_NONE, "Space", "Pause", "pause training, resume it") \
    X(EXPORT, exports_now, KEYCODE_F8, 'e', "F8 e", "Export", "write the charts as files") \
    X(PRESET, recipes_open, KEYCODE_F2, 'o', "F2 o", "Recipe", "open a recipe") \
    X(RUNS, runs_view_open, KEYCODE_F4, KEYCODE_NONE, "F4", "", "all runs so far") \
    X(COMMANDS, open_palette, ':', KEYCODE_NONE, ":", "Commands", "any command by its name") \
    X(SAVE, recipes_write, KEYCODE_F3, KEYCODE_NONE, "F3", "", "write the recipe") \
    X(UNDO, recipes_undo, 'u', KEYCODE_NONE, "u", "", "undo a change") \
    X(REDO, recipes_redo, KEYCODE_CTRL_R, 'U', "U Ctrl-R", "", "redo it") \
    X(RUNNING, recipes_running, 'v', KEYCODE_NONE, "v", "", "bring back what trains") \
    X(DEVICES, devices_view_open, KEYCODE_F9, 'g', "F9 g", "Devices", "all GPUs and the node") \
    X(ALLOTMENT, job_view_open, 'y', KEYCODE_NONE, "y", "", "your job, and advice") \
    X(STEP, step_view, KEYCODE_F6, 'i', "F6 i", "Time", "where a step's time goes") \
    X(INSPECT, inspect_model, 'I', KEYCODE_NONE, "I", "", "what a run gets wrong") \
    X(COMPARE, comparisons_open, 'C', KEYCODE_NONE, "C", "", "compare devices or values") \
    X(HEALTH, network_health, 'H', KEYCODE_NONE, "H", "", "how well a network trains") \
    X(QUIT, quitting_ask, KEYCODE_F10, 'q', "F10 q", "Quit", "quit; asks first in a run") \
    X(SLOWER, steering_slower, '-', KEYCODE_NONE, "-", "", "halve the learning rate") \
    X(FASTER, steering_faster, '+', '=', "+ =", "", "double the learning rate") \
    X(CHECKPOINT, steering_checkpoint, 'S', KEYCODE_NONE, "S", "", "save a checkpoint now") \
    X(WHOLE, toggle_whole, 'f', KEYCODE_NONE, "f", "Full", "fill the screen, or not") \
    X(JOB, sbatch_open, 'w', KEYCODE_NONE, "w", "Job", "train it as a Slurm job") \
    X(CHARTS, exports_open, 'E', KEYCODE_NONE, "E", "", "charts in another form") \
    X(BACK, back, KEYCODE_ESCAPE, KEYCODE_NONE, "Esc", "", "back to all; end the tour") \
    X(PLACE, nothing, '1', '9', "1-9", "", "go to this panel or view") \
    X(NEXT_PLACE, next_place, KEYCODE_TAB, KEYCODE_BACK_TAB, "Tab", "", "next view; Shift-Tab back") \
    X(LINE, nothing, KEYCODE_UP, KEYCODE_DOWN, "Up/Down k/j", "", "a line; Home/End the ends") \
    X(PAGE, nothing, KEYCODE_PAGE_UP, KEYCODE_PAGE_DOWN, "PgUp/PgDn", "", "one page; also Ctrl-U/D") \
    X(DETAIL, toggle_detail, 'b', KEYCODE_NONE, "b", "", "what the link carries") \
    X(SETTINGS, preferences_open, KEYCODE_F7, ',', "F7 ,", "", "settings of the screen") \
    X(MOUSE, toggle_mouse, 'm', KEYCODE_NONE, "m", "", "the mouse on or off") \
    X(REDRAW, redraw, KEYCODE_CTRL_L, KEYCODE_NONE, "Ctrl-L", "", "draw the screen again") \
    X(INTERRUPT, quitting_ask, KEYCODE_CTRL_C, KEYCODE_NONE, "Ctrl-C", "", "close a dialog, else quit")

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

/* A panel's, a view's or a dialog's own keys, for the key line, the help page, `cuvette help keys` and the manual: a
 * table that ends with NULL keys. */
struct key_help {
    const char *keys;  /* "a Ins": either key; "Up/Down": one key for each of two directions */
    const char *help;  /* "add a layer" */
    const char *label; /* one word for the key line; NULL: not in it */
};

/* The key that the first word of such a text names; KEYCODE_NONE: none, such as "1-9". */
int keys_named(const char *keys);

bool keys_steer(enum action action); /* it works in a view that fills the screen, too */

/* vi's keys for lists: the arrow or page key that a letter stands for where it means nothing else; or KEYCODE_NONE. */
int keys_vi(int key);

/* The selected line after a key that moves through `count` lines, of which a page shows `page`; -1: no such key. */
int keys_move(int selected, int count, int page, int key);

#endif
