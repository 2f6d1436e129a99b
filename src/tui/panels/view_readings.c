#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/draw/gauge.h"
#include "tui/panels/numbers.h"
#include "tui/panels/offer_rows.h"
#include "tui/panels/panel.h"
#include "tui/panels/step_rows.h"
#include "tui/room.h"

enum { LABEL_COLUMNS = GAUGE_BAR, ROWS_ALL = 6 /* with so many rows nothing has to share one */ };

/* The memory of the device: in MIG mode it is an instance, with memory of its own. */
static void gpu_memory(const struct gpu_reading *gpu, const char *uuid, struct reading *used, struct reading *total)
{
    const struct gpu_instance *instance = gpu_readings_instance(gpu, uuid);

    *used = instance ? instance->memory_used : gpu->memory_used;
    *total = instance ? instance->memory_total : gpu->memory_total;
}

/* Fits the narrowest pane, and keeps its columns. Several GPUs are a row together. */
static void gpu_row(struct canvas *c, int row, const struct app *app)
{
    char load[FIGURE_SIZE], memory[FIGURE_SIZE], power[FIGURE_SIZE], degrees[FIGURE_SIZE];
    struct reading used, total;
    struct run_gpus gpus;
    struct gpu_reading gpu;
    int column = GAUGE_FIGURE;

    machine_gpus(&app->machine, app_device(app), &gpus);

    const bool there = run_gpus_together(&gpus, &app->node.gpus, &gpu);
    const char *label = gpus.count > 1 ? "gpus" : "gpu";

    if (!there || gpu.lost) {
        gauge_draw(c, row, label, (struct reading){ 0 }, there ? gpu.trouble : "n/a");
        return;
    }
    gpu_memory(&gpu, gpus.count > 1 ? "" : gpus.of[0].uuid, &used, &total);
    gauge_percent(load, gpu.load);
    gauge_part(memory, used, total);
    gauge_number(power, gpu.power);
    gauge_number(degrees, gpu.temperature);
    gauge_draw(c, row, label, gpu.load, "");
    column += canvas_format(c, row, column, ROLE_NORMAL, "%s %9s", load, memory);
    column += canvas_format(c, row, column, gauge_power_role(&gpu), " %4s W", power);
    canvas_format(c, row, column, gauge_heat_role(&gpu), " %3s °C", degrees);
}

static void processor_row(struct canvas *c, int row, const struct app *app)
{
    struct reading load = app->node.host.cpu_load;
    char text[64], percent[FIGURE_SIZE];

    gauge_percent(percent, load);
    snprintf(text, sizeof text, load.known ? "%s of %d core%s" : "%s", percent, app->machine.cores.usable,
             app->machine.cores.usable == 1 ? "" : "s");
    if (GAUGE_FIGURE + canvas_text_width(text) > c->clip.columns)
        text_copy(text, sizeof text, percent);
    gauge_draw(c, row, "cpu", load, load.known ? text : "n/a");
}

static void memory_row(struct canvas *c, int row, const struct app *app)
{
    const struct host_readings *host = &app->node.host;
    char text[128], used[FIGURE_SIZE], limit[FIGURE_SIZE], own[FIGURE_SIZE];

    gauge_bytes(used, host->memory.used);
    gauge_bytes(limit, host->memory.limit);
    gauge_bytes(own, host->resident);
    snprintf(text, sizeof text, "%s of %s, rss %s", used, limit, own);
    if (GAUGE_FIGURE + (int)strcspn(text, ",") > c->clip.columns)
        gauge_part(text, host->memory.used, host->memory.limit);
    gauge_draw(c, row, "mem", gauge_share(host->memory.used, host->memory.limit), text);
}

/* In one row, where there are few beside the GPU's; a narrow one has no room for the memory. */
static void processor_and_memory_row(struct canvas *c, int row, const struct app *app)
{
    const struct host_readings *host = &app->node.host;
    char text[128], percent[FIGURE_SIZE], memory[FIGURE_SIZE];

    gauge_percent(percent, host->cpu_load);
    gauge_part(memory, host->memory.used, host->memory.limit);
    snprintf(text, sizeof text, "%s %9s mem", percent, memory);
    gauge_draw(c, row, "cpu", host->cpu_load,
               GAUGE_FIGURE + canvas_text_width(text) <= c->clip.columns ? text : percent);
}

/* F5 shows what does not fit, as a dialog. */
static void draw_problem(struct canvas *c, const char *text)
{
    canvas_paragraph(c, 0, ROLE_BAD, text);
    if (canvas_paragraph_rows(text, c->clip.columns) > c->clip.rows)
        canvas_text_right(c, c->clip.rows - 1, c->clip.columns, ROLE_DIM, "… F5 shows it all");
}

/* What F5 does, for someone who sees the screen for the first time; or why it cannot. */
static void hint_row(struct canvas *c, int row, const struct app *app)
{
    struct canvas rest = canvas_part(c, (struct rectangle){ row, 1, c->clip.rows - row, c->clip.columns - 2 });
    int epochs = app->draft.recipe.training.epochs;
    char count[FIGURE_SIZE], text[2 * FIGURE_SIZE], problem[PATH_SIZE + 64] = "";

    if (datasets_looking(&app->datasets)) {
        const char *name = path_name(app->draft.recipe.data.dataset);
        int listed = datasets_listed(&app->datasets);

        if (listed > 0)
            canvas_format(&rest, 0, 0, ROLE_DIM, "listing %s: %d %% of its folders …", name, listed);
        else
            canvas_format(&rest, 0, 0, ROLE_DIM, "looking at %s …", name);
        return;
    }
    if (app->datasets.error.kind != ERROR_NONE) {
        if (offer_rows_find(app, app->draft.recipe.data.dataset) >= 0)
            snprintf(problem, sizeof problem, "%s is not here yet: Enter on its row in Dataset fetches it",
                     app->draft.recipe.data.dataset);
        draw_problem(&rest, problem[0] ? problem : app->datasets.error.text);
        return;
    }
    if (app->draft.model_error.kind != ERROR_NONE) {
        draw_problem(&rest, app->draft.model_error.text);
        return;
    }
    figure_count(count, app->datasets.info.count[SPLIT_TRAIN]);
    snprintf(text, sizeof text, "F5 trains %d epoch%s on %s images", epochs, epochs == 1 ? "" : "s", count);
    if (canvas_text_width(text) > rest.clip.columns)
        snprintf(text, sizeof text, "F5 trains on %s images", count);
    canvas_text(&rest, 0, 0, ROLE_DIM, text);
}

static void need_row(struct canvas *c, int row, const struct app *app)
{
    char words[128];
    bool fits = room_fits(app, words, sizeof words);

    canvas_text(c, row, 1, fits ? ROLE_DIM : ROLE_BAD, words);
}

static void duration_row(struct canvas *c, int row, const struct app *app)
{
    char words[sizeof app->forecast.error.text + 32];
    bool in_time = forecast_time_words(&app->forecast, app->draft.recipe.training.epochs,
                                       job_seconds_left(&app->machine.job), words, sizeof words);

    canvas_text(c, row, 1, in_time ? ROLE_DIM : ROLE_WARN, words);
}

static void folder_row(struct canvas *c, int row, const struct app *app)
{
    char path[PATH_SIZE];

    figure_path(path, sizeof path, live_folder(&app->live), c->clip.columns - LABEL_COLUMNS - 2);
    canvas_text(c, row, 1, ROLE_DIM, "in");
    canvas_text(c, row, 1 + LABEL_COLUMNS, ROLE_NORMAL, path);
}

/* Who trains a run that is watched, and what is lost if that ends now. */
static void trainer_row(struct canvas *c, int row, const struct app *app)
{
    const struct sighting *seen = &app->live.watched.seen;
    char text[sizeof seen->who + 64], when[16];

    text_copy(text, sizeof text, seen->who[0] ? seen->who : "n/a");
    if (seen->status.checkpoint >= 0) {
        clock_of_day(when, sizeof when, seen->status.checkpoint);
        text_append(text, sizeof text, ", checkpoint of %s", when);
    }
    canvas_text(c, row, 1, ROLE_DIM, "by");
    canvas_fit_parts(text, c->clip.columns - LABEL_COLUMNS - 2, ", ");
    canvas_text(c, row, 1 + LABEL_COLUMNS, ROLE_NORMAL, text);
}

/* The most important rows first: a small screen shows only the first ones. */
typedef void (*reading_row)(struct canvas *c, int row, const struct app *app);
static const reading_row on_processors[] = { processor_row, memory_row, hint_row, need_row, duration_row, NULL };
static const reading_row on_gpu[] = { gpu_row, processor_row, memory_row, hint_row, need_row, duration_row, NULL };
static const reading_row on_gpu_in_few_rows[] = { gpu_row, processor_and_memory_row, hint_row, need_row, duration_row,
                                                  NULL };
static const reading_row running_on_processors[] = {
    step_rows_time, processor_and_memory_row, step_rows_verdict, step_rows_work, folder_row, NULL
};
static const reading_row running_on_gpu[] = { step_rows_time, gpu_row, step_rows_verdict, step_rows_work,
                                              processor_and_memory_row, folder_row, NULL };

/* The loads that are read here are this process's own. */
static const reading_row watched[] = { step_rows_time, trainer_row, step_rows_verdict, step_rows_work, folder_row,
                                       NULL };

static const reading_row above_layers[] = { step_rows_time, NULL }; /* on a small screen */

static int draw_rows(struct canvas *c, int row, const reading_row *rows, const struct app *app)
{
    for (int i = 0; row < c->clip.rows && rows[i]; i++)
        rows[i](c, row++, app);
    return row;
}

static int draw_numbers(struct canvas *c, const struct app *app)
{
    struct canvas numbers = canvas_part(c, (struct rectangle){ 0, 0, LAYOUT_NUMBERS, c->clip.columns });

    if (app->display.layout.numbers.rows > 0)
        return 0;
    numbers_draw(&numbers, app);
    return LAYOUT_NUMBERS;
}

static void draw_inside(struct canvas *c, const struct app *app)
{
    enum { BETWEEN = 1, ROWS_BOTH = 12 };
    const reading_row *before = c->clip.rows < ROWS_ALL ? on_gpu_in_few_rows : on_gpu;
    const reading_row *trains = app_on_gpu(app) ? running_on_gpu : running_on_processors;
    const reading_row *rows = live_watches(&app->live) ? watched : trains;
    bool few = app->display.whole && c->clip.rows < ROWS_BOTH;
    int row;

    if (!live_kept(&app->live)) {
        draw_rows(c, 0, app_on_gpu(app) ? before : on_processors, app);
        return;
    }
    row = draw_rows(c, draw_numbers(c, app), few ? above_layers : rows, app);
    step_rows_layers(c, row + (few ? 0 : BETWEEN), app->display.selected[VIEW_READINGS], app);
}

/* What trains, or has trained, and the name of the device: all of it where there is room, else the first. */
static void write_title(const struct app *app, int columns, char *title, size_t size)
{
    const struct device_info *device = &app_device(app)->info;
    const char *name = live_watches(&app->live) ? app->live.watched.seen.status.device_name : device->name;
    const char *id = device->threads > 0 ? "" : device->id, *between = device->threads > 0 ? "" : " ";

    snprintf(title, size, "%d ", VIEW_READINGS + 1);
    if (!live_kept(&app->live)) {
        text_append(title, size, "%s%s%s", id, between, device->name);
        return;
    }
    text_append(title, size, "%s", app->live.running.words);
    if (canvas_text_width(title) + canvas_text_width(name) + 1 <= columns)
        text_append(title, size, " %s", name);
    canvas_fit_parts(title, columns, ", ");
}

static void draw(struct canvas *screen, const struct app *app)
{
    enum { CORNERS = 2 };
    const struct pane *pane = &app->display.layout.readings;
    char title[sizeof app->live.running.words + sizeof app->machine.device.info.name + 4];

    if (pane->area.rows == 0)
        return;
    write_title(app, pane->area.columns - CORNERS, title, sizeof title);

    struct canvas inside = panel_frame(screen, app, VIEW_READINGS, pane, title);

    draw_inside(&inside, app);
}

/* Scrolls the table of layers. */
static int key(struct app *app, int key)
{
    int *first = &app->display.selected[VIEW_READINGS], count = step_rows_layers_count(app);
    int to = count > 0 ? keys_move(*first, count, app->display.layout.readings.area.rows / 2, key) : -1;

    if (to < 0)
        return REACTION_NONE;
    *first = to;
    return REACTION_HANDLED;
}

static const struct key_help keys[] = {
    { "Up/Down", "scroll the table of layers", NULL },
    { NULL, NULL, NULL },
};

VIEW_CLASS(readings) = {
    .title = "Readings",
    .draw_framed = draw,
    .key = key,
    .keys = keys,
};
