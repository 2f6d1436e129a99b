#include "tui/screen.h"

#include <stdio.h>

#include "tui/dialogs/dialog.h"
#include "tui/panels/bars.h"
#include "tui/panels/key_line.h"
#include "tui/panels/message.h"
#include "tui/panels/numbers.h"
#include "tui/panels/panel.h"
#include "tui/tour.h"

static void draw_panel(struct canvas *screen, const struct app *app, enum place place)
{
    const struct pane *pane = &app->display.layout.panels[place];
    char title[32];

    if (pane->area.rows == 0)
        return;
    snprintf(title, sizeof title, "%d %s", (int)place + 1, panel_classes[place]->title);

    struct canvas inside = panel_frame(screen, app, place, pane, title);

    panel_classes[place]->draw(&inside, app);
}

void screen_draw(const struct app *app, struct canvas *c)
{
    struct canvas status, numbers, keys;

    canvas_clear(c);
    if (app->display.layout.too_small) {
        canvas_text(c, 0, 0, ROLE_NORMAL, "The workbench needs 40 columns and 12 rows.");
        return;
    }
    status = canvas_part(c, app->display.layout.status);
    numbers = canvas_part(c, app->display.layout.numbers);
    keys = canvas_part(c, app->display.layout.keys);
    bars_draw_status(&status, app);
    for (int i = 0; i < PLACE_COUNT; i++)
        if (panel_classes[i]->draw_framed)
            panel_classes[i]->draw_framed(c, app);
        else
            draw_panel(c, app, (enum place)i);
    if (numbers.clip.rows > 0)
        numbers_draw(&numbers, app);
    tour_draw(c, app);
    dialog_draw(app, c);
    if (!message_draw(c, app))
        key_line_draw(&keys, app);
}
