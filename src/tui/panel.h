/* A panel is a const class. Draw reads the model and changes nothing; key changes the model and says what happened. */
#ifndef TUI_PANEL_H
#define TUI_PANEL_H

#include "tui/canvas.h"

struct app;

enum reaction {
    REACTION_NONE = 0,       /* not this panel's key */
    REACTION_HANDLED = 1,
    REACTION_REDRAW = 2,
    REACTION_MODEL_CHANGED = 4, /* the recipe: infer shapes again */
    REACTION_CLOSE = 8       /* a dialog is done */
};

struct key_help {
    const char *keys, *help; /* "a", "add a layer" */
};

struct panel;

struct panel_class {
    const char *title;
    size_t private_size;
    void (*draw)(const struct panel *p, struct canvas *c, const struct app *app); /* the inside of its frame */
    int (*key)(struct panel *p, struct app *app, int key);                        /* flags of enum reaction */
    const struct key_help *keys; /* ends with NULL keys; shown on the help screen */
};

struct panel {
    const struct panel_class *class;
    void *private; /* private_size zeroed bytes */
};

#endif
