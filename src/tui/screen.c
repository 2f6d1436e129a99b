#include "tui/screen.h"

#include <stdio.h>

#include "tui/dialogs/dialog.h"
#include "tui/draw/shapes.h"
#include "tui/panels/view.h"

static struct canvas frame(const struct app *app, struct canvas *screen, enum place place, const char *title)
{
    const struct layout *l = &app->layout;
    struct canvas whole = canvas_part(screen, l->place[place]);

    return shape_frame(&whole, title, app->focus == place && !app->dialog, l->joined[place], l->open[place]);
}

static void draw_panels(const struct app *app, struct canvas *screen)
{
    for (int i = 0; i < PANEL_COUNT; i++) {
        const struct panel *p = &app->panels[i];
        char title[32];

        if (app->layout.place[PLACE_DATASET + i].rows == 0)
            continue;
        snprintf(title, sizeof title, "%d %s", i + 1, p->class->title);

        struct canvas inside = frame(app, screen, PLACE_DATASET + i, title);

        p->class->draw(p, &inside, app);
    }
}

static void draw_charts(const struct app *app, struct canvas *screen)
{
    static const struct {
        enum place place;
        const char *title;
    } charts[] = { { PLACE_LOSS, "loss" }, { PLACE_ACCURACY, "accuracy" } };

    for (size_t i = 0; i < sizeof charts / sizeof *charts; i++) {
        if (app->layout.place[charts[i].place].rows == 0)
            continue;

        struct canvas inside = frame(app, screen, charts[i].place, charts[i].title);

        view_curves(&inside, app, charts[i].place);
    }

    struct rectangle edge = app->layout.place[PLACE_LOSS];

    edge.rows = edge.rows > 0 ? 1 : 0;

    struct canvas line = canvas_part(screen, edge);

    view_legend(&line, app);
}

static void draw_readings(const struct app *app, struct canvas *screen)
{
    if (app->layout.place[PLACE_READINGS].rows == 0)
        return;

    const struct device_info *device = &app_device(app)->info;
    char title[sizeof device->id + sizeof device->name];

    snprintf(title, sizeof title, device->threads > 0 ? "%.0s%s" : "%s %s", device->id, device->name);

    struct canvas inside = frame(app, screen, PLACE_READINGS, title);

    view_readings(&inside, app);
}

void screen_draw(const struct app *app, struct canvas *c)
{
    struct canvas status, keys;

    canvas_clear(c);
    if (app->layout.too_small) {
        canvas_text(c, 0, 0, ROLE_NORMAL, "The workbench needs 40 columns and 12 rows.");
        return;
    }
    status = canvas_part(c, app->layout.place[PLACE_STATUS]);
    keys = canvas_part(c, app->layout.place[PLACE_KEYS]);
    view_status(&status, app);
    draw_panels(app, c);
    draw_charts(app, c);
    draw_readings(app, c);
    dialog_draw(app, c);
    view_keys(&keys, app);
}
