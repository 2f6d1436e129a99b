/* A panel is a const class in a file of its own. Draw reads the app and changes nothing; key changes the app and says
 * what happened. The table of panels is PANELS of tui/state/layout.h. */
#ifndef TUI_PANEL_H
#define TUI_PANEL_H

#include "tui/draw/canvas.h"
#include "tui/keys.h"
#include "tui/state/layout.h"

struct app;

struct panel_class {
    const char *title;
    void (*draw)(struct canvas *c, const struct app *app); /* inside its frame */
    int (*key)(struct app *app, int key); /* while it has the focus: flags of enum reaction. NULL: it has no keys */
    const struct key_help *keys;          /* for the help page; NULL: it has none */
};

#define PANEL_DECLARATION(position, name, rows, most, weight) extern const struct panel_class panel_##name;
PANELS(PANEL_DECLARATION)
#undef PANEL_DECLARATION

/* Begins the definition of a panel, `PANEL_CLASS(dataset) = { … };`: one without a row in PANELS does not compile. */
#define PANEL_CLASS(name) \
    _Static_assert(sizeof panel_##name > 0, "panel_" #name " has no row in PANELS, tui/state/layout.h"); \
    const struct panel_class panel_##name

static const struct panel_class *const panel_classes[PANEL_COUNT] = {
#define PANEL_ROW(position, name, rows, most, weight) [PANEL_##position] = &panel_##name,
    PANELS(PANEL_ROW)
#undef PANEL_ROW
};

#endif
