/* Panels and views can have the focus. Each is a const class in a file of its own. Draw reads the app and changes
 * nothing; key changes the app and says what happened. The tables are PANELS and VIEWS, tui/state/layout.h. */
#ifndef TUI_PANEL_H
#define TUI_PANEL_H

#include "tui/draw/canvas.h"
#include "tui/keys.h"
#include "tui/state/layout.h"

struct app;

struct panel_class {
    const char *title; /* of a panel's frame, and on the help page */
    void (*draw)(struct canvas *c, const struct app *app); /* a panel: inside its frame; a view: NULL */
    void (*draw_framed)(struct canvas *screen, const struct app *app); /* a view: with its frames, where it is shown */
    int (*key)(struct app *app, int key); /* while it has the focus: flags of enum reaction. NULL: it has no keys */
    const struct key_help *keys;          /* for the help page; NULL: it has none */
    /* Its line in a row of `inside`, as it is drawn now; -1: none. NULL: it has no lines. */
    int (*line_at)(const struct app *app, struct rectangle inside, int row);
    /* The mouse was pressed in a column of `inside`, or moved there with its button down. NULL: that means nothing. */
    void (*point)(struct app *app, struct rectangle inside, int column);
    int wheel[2]; /* the keys that the wheel stands for, up and down; 0: those of lines */
};

#define PANEL_DECLARATION(position, name, rows, most, weight) extern const struct panel_class panel_##name;
PANELS(PANEL_DECLARATION)
#undef PANEL_DECLARATION
#define VIEW_DECLARATION(position, name) extern const struct panel_class view_##name;
VIEWS(VIEW_DECLARATION)
#undef VIEW_DECLARATION

/* Begin the definition of a panel or a view, `PANEL_CLASS(dataset) = { … };`: one without a row does not compile. */
#define PANEL_CLASS(name) \
    _Static_assert(sizeof panel_##name > 0, "panel_" #name " has no row in PANELS, tui/state/layout.h"); \
    const struct panel_class panel_##name
#define VIEW_CLASS(name) \
    _Static_assert(sizeof view_##name > 0, "view_" #name " has no row in VIEWS, tui/state/layout.h"); \
    const struct panel_class view_##name

static const struct panel_class *const panel_classes[PLACE_COUNT] = {
#define PANEL_ROW(position, name, rows, most, weight) [PANEL_##position] = &panel_##name,
    PANELS(PANEL_ROW)
#undef PANEL_ROW
#define VIEW_ROW(position, name) [VIEW_##position] = &view_##name,
    VIEWS(VIEW_ROW)
#undef VIEW_ROW
};

/* Draws the frame of a pane that is shown, bright where its place has the focus and no dialog is open, and with a mark
 * where it has been changed since the run began. Returns its inside. */
struct canvas panel_frame(struct canvas *screen, const struct app *app, enum place place, const struct pane *pane,
                          const char *title);

#endif
