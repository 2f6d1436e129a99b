#include "tui/panels/panel.h"

#include "tui/app.h"
#include "tui/draw/shapes.h"

struct canvas panel_frame(struct canvas *screen, const struct app *app, enum place place, const struct pane *pane,
                          const char *title)
{
    struct canvas whole = canvas_part(screen, pane->area);
    bool focus = app->display.focus == place && !app->display.dialog;

    return shape_frame(&whole, title, focus, pane->joined, pane->open);
}
