#include "tui/tour.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/path.h"
#include "tui/app.h"
#include "tui/draw/shapes.h"

enum { COLUMNS_MOST = 80, FRAME = 2, MARGIN = 1 };

static bool layers_have_the_focus(const struct app *app)
{
    return app->display.focus == PANEL_LAYERS;
}

static bool a_layer_has_changed(const struct app *app)
{
    return app->draft.model.parameters != app->display.tour.parameters && !app->display.dialog;
}

static bool a_run_goes_on(const struct app *app)
{
    return live_going(&app->live);
}

static bool an_epoch_is_over(const struct app *app)
{
    return app->live.status.valid_accuracy >= 0 || app->live.over;
}

static bool the_charts_are_written(const struct app *app)
{
    char path[PATH_SIZE];
    struct error e;

    return live_kept(&app->live) && path_join(path, live_folder(&app->live), "plots/loss.png", &e) &&
           path_is_file(path);
}

static const struct {
    const char *text;
    bool (*done)(const struct app *app);
} steps[] = {
    { "The panels on the left say what is trained: the images, the layers of the network, the values, the device. "
      "Press Tab to go to 2 Layers.",
      layers_have_the_focus },
    { "Beside each layer is the shape of what comes out of it. Press Enter to change the first one, type 8 for its "
      "filters, then press Enter twice.",
      a_layer_has_changed },
    { "The network is smaller now: see the number of parameters. Press F5 to train it on 6,000 handwritten digits.",
      a_run_goes_on },
    { "The loss, its error, falls while it learns. After each epoch it is tried on images it never saw: wait for the "
      "first mark on the curves. Space pauses.",
      an_epoch_is_over },
    { "It goes on to the last epoch; F5 stops it earlier and keeps what was learned. Press e to write the charts as "
      "files.",
      the_charts_are_written },
    { "That was the tour. ? shows all keys, : finds any command, q quits. Esc closes this.", NULL },
};

enum { STEPS = sizeof steps / sizeof *steps };

static void go_to(struct app *app, int step)
{
    app->display.tour.step = step;
    app->display.tour.parameters = app->draft.model.parameters;
    app->display.turned = true;
}

void tour_begin(struct app *app)
{
    app->draft.passing = true;
    go_to(app, 1);
}

void tour_leave(struct app *app)
{
    go_to(app, 0);
}

bool tour_follow(struct app *app)
{
    int step = app->display.tour.step;

    if (step == 0 || !steps[step - 1].done || !steps[step - 1].done(app))
        return false;
    go_to(app, step + 1);
    return true;
}

void tour_draw(struct canvas *screen, const struct app *app)
{
    int step = app->display.tour.step, columns = int_min(screen->clip.columns, COLUMNS_MOST), rows;
    char title[48];

    if (step == 0)
        return;
    rows = canvas_paragraph_rows(steps[step - 1].text, columns - FRAME - 2 * MARGIN) + FRAME;

    struct rectangle place = { screen->clip.rows - 1 - rows, (screen->clip.columns - columns) / 2, rows, columns };
    struct canvas box = canvas_part(screen, place), inside, text;

    if (step < STEPS)
        snprintf(title, sizeof title, "Tour, step %d of %d: Esc leaves it", step, STEPS - 1);
    else
        snprintf(title, sizeof title, "Tour");
    canvas_clear(&box);
    inside = shape_box(&box, title, true);
    text = canvas_part(&inside, (struct rectangle){ 0, MARGIN, rows - FRAME, columns - FRAME - 2 * MARGIN });
    canvas_paragraph(&text, 0, ROLE_STRONG, steps[step - 1].text);
}
