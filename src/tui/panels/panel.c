#include "tui/panels/panel.h"

#include "tui/app.h"
#include "tui/draw/shapes.h"

/* On the upper edge: what the panel shows is not what trains. */
static void mark_edited(struct canvas *whole, const char *title)
{
    static const char *const words[] = { " edited: not what trains ", " not what trains ", " edited " };
    enum { CORNERS = 2, BETWEEN = 1 };
    int room = whole->clip.columns - CORNERS - canvas_text_width(title) - BETWEEN;
    size_t i = 0;

    while (i < sizeof words / sizeof *words - 1 && canvas_text_width(words[i]) > room)
        i++;
    canvas_text_right(whole, 0, whole->clip.columns - 1, ROLE_WARN, words[i]);
}

struct canvas panel_frame(struct canvas *screen, const struct app *app, enum place place, const struct pane *pane,
                          const char *title)
{
    struct canvas whole = canvas_part(screen, pane->area);
    bool focus = app->display.focus == place && !app->display.dialog;
    struct canvas inside = shape_frame(&whole, title, focus, pane->joined, pane->open);

    if (place < PANEL_COUNT && live_going(&app->live) && app->live.running.edited[place])
        mark_edited(&whole, title);
    return inside;
}
