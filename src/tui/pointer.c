#include "tui/pointer.h"

#include "tui/app.h"
#include "tui/dialogs/dialog.h"
#include "tui/panels/key_line.h"
#include "tui/panels/panel.h"
#include "tui/state/spot.h"
#include "tui/term/mouse.h"

typedef void (*presser)(struct app *app, int key);

/* The first press in a cell selects, and the list may move below the pointer: the next one in the same cell is about
 * what was selected. */
static bool is_second(const struct app *app, int event)
{
    return app->display.pressed == event;
}

static void press_in_place(struct app *app, const struct spot *spot, int event, presser press)
{
    const struct panel_class *class = panel_classes[spot->place];
    bool had_focus = app->display.focus == spot->place;
    int line = class->line_at ? class->line_at(app, spot->inside, spot->row) : -1;
    bool selected = line >= 0 && had_focus && app->display.selected[spot->place] == line;

    if (had_focus && (selected || is_second(app, event))) {
        press(app, KEYCODE_ENTER);
        return;
    }
    app_focus(app, spot->place);
    if (line >= 0)
        app->display.selected[spot->place] = line;
    if (class->point)
        class->point(app, spot->inside, spot->column);
}

static void press_in_dialog(struct app *app, int event, presser press)
{
    struct dialog *d = app->display.dialog;
    struct rectangle inside = dialog_inside(app);
    int row = mouse_row(event) - inside.row, column = mouse_column(event) - inside.column;
    int key;

    if (!d->class->point || row < 0 || row >= inside.rows || column < 0 || column >= inside.columns)
        return;
    key = d->class->point(d, inside, row, column, is_second(app, event));
    if (key != KEYCODE_NONE)
        press(app, key);
}

static void press_at(struct app *app, int event, presser press)
{
    struct spot spot = spot_find(&app->display.layout, mouse_row(event), mouse_column(event));

    if (spot.kind == SPOT_KEYS) {
        int key = key_line_at(app, app->display.layout.keys.columns, spot.column);

        if (key != KEYCODE_NONE)
            press(app, key);
    } else if (app->display.dialog) {
        press_in_dialog(app, event, press);
    } else if (spot.kind == SPOT_PLACE) {
        press_in_place(app, &spot, event, press);
    }
}

static void drag_to(struct app *app, int event)
{
    struct spot spot = spot_find(&app->display.layout, mouse_row(event), mouse_column(event));

    if (spot.kind == SPOT_PLACE && !app->display.dialog && app->display.focus == spot.place &&
        panel_classes[spot.place]->point)
        panel_classes[spot.place]->point(app, spot.inside, spot.column);
}

/* What is under the pointer scrolls or, with a point in it, is zoomed there; the focus stays where it is. */
static void wheel(struct app *app, int event, presser press)
{
    struct spot spot = spot_find(&app->display.layout, mouse_row(event), mouse_column(event));
    bool down = mouse_event_of(event) == MOUSE_WHEEL_DOWN;
    int key = down ? KEYCODE_DOWN : KEYCODE_UP;
    const struct panel_class *class = panel_classes[spot.place];

    if (app->display.dialog) {
        press(app, key);
    } else if (spot.kind == SPOT_PLACE && class->key) {
        if (class->point)
            class->point(app, spot.inside, spot.column);
        class->key(app, class->wheel[down] ? class->wheel[down] : key);
    }
}

void pointer_do(struct app *app, int event, presser press)
{
    switch (mouse_event_of(event)) {
    case MOUSE_PRESS:
        press_at(app, event, press);
        app->display.pressed = event;
        break;
    case MOUSE_DRAG:
        drag_to(app, event);
        break;
    case MOUSE_WHEEL_UP:
    case MOUSE_WHEEL_DOWN:
        wheel(app, event, press);
        break;
    default:
        break;
    }
}
