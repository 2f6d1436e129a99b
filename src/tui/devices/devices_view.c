#include "tui/devices/devices_view.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/devices/devices_layout.h"
#include "tui/devices/gpu_detail.h"
#include "tui/devices/gpu_list.h"
#include "tui/devices/node_box.h"
#include "tui/devices/rank_list.h"
#include "tui/dialogs/dialog.h"
#include "tui/draw/history.h"
#include "tui/draw/shapes.h"

struct devices_dialog {
    struct dialog dialog;
    int selected; /* GPU */
    int first;    /* row of its processes that is shown at the top */
};

/* Of the boxes below the list of ranks. */
static struct devices_layout layout_now(const struct app *app, int rows, int columns)
{
    int cores = app->node.host.core_count;

    return devices_layout_make(rows - rank_list_rows(app, rows), columns, app->node.gpus.count,
                               cores > 0 ? cores : app->machine.cores.usable);
}

/* The GPU that was chosen may have gone since. */
static int selected_gpu(const struct devices_dialog *d, const struct app *app)
{
    return d->selected < app->node.gpus.count ? d->selected : 0;
}

/* `joined`: another box is above it. */
static struct canvas frame(struct canvas *c, const struct devices_layout *l, enum devices_place place, bool joined,
                           const char *title)
{
    struct canvas whole = canvas_part(c, l->place[place]);

    return shape_frame(&whole, title, false, joined, place != DEVICES_NODE);
}

static void legend(struct canvas *c, const struct devices_layout *l, enum devices_place place, enum role role,
                   const char *text)
{
    struct rectangle edge = l->place[place];

    edge.rows = 1;

    struct canvas line = canvas_part(c, edge);

    canvas_text_right(&line, 0, edge.columns - 2, role, text);
}

static void draw_gpus(const struct devices_dialog *d, struct canvas *c, const struct app *app, bool joined,
                      const struct devices_layout *l)
{
    const struct gpu_readings *gpus = &app->node.gpus;
    char title[48] = "GPUs";

    if (gpus->all > gpus->count)
        snprintf(title, sizeof title, "the first %d of %d GPUs", gpus->count, gpus->all);
    else if (gpus->count > 1) /* the screen may show fewer */
        snprintf(title, sizeof title, "%d GPUs", gpus->count);

    struct canvas inside = frame(c, l, DEVICES_GPUS, joined, title);

    gpu_list_draw(&inside, app, l->gpu_rows, selected_gpu(d, app));
    if (app->node.gpus_stale)
        legend(c, l, DEVICES_GPUS, ROLE_BAD, " the driver does not answer ");
    else if (gpus->count > 0)
        legend(c, l, DEVICES_GPUS, ROLE_DIM,
               l->gpu_rows == 1 ? " load " HISTORY_HEAT " " HISTORY_LEGEND " " : " " HISTORY_LEGEND " ");
}

static bool trains_on(const struct app *app, const struct gpu_reading *gpu)
{
    const struct gpu_reading *found[GPUS_MAX];
    struct run_gpus gpus;
    bool whole, trains = false;

    if (!live_own_going(&app->live))
        return false;
    machine_gpus(&app->machine, run_device(app->live.run), &gpus);
    for (int i = run_gpus_find(&gpus, &app->node.gpus, found, &whole) - 1; i >= 0; i--)
        trains |= found[i] == gpu;
    return trains;
}

/* What the GPU that trains, or all that do together, achieve: that it is busy tells little. */
static void add_work(char *title, size_t size, const struct app *app, const struct gpu_reading *gpu)
{
    char work[96];

    if (!trains_on(app, gpu))
        return;
    live_work(&app->live, work, sizeof work);
    text_append(title, size, ": %s", work);
}

static void draw_gpu(const struct devices_dialog *d, struct canvas *c, const struct app *app,
                     const struct devices_layout *l)
{
    const struct gpu_reading *gpu = &app->node.gpus.gpus[selected_gpu(d, app)];
    char title[GPU_NAME_SIZE + GPU_ID_SIZE + 128], id[GPU_ID_SIZE], place[sizeof gpu->pci + 2];

    if (l->place[DEVICES_GPU].rows == 0)
        return;
    gpu_list_id(id, app, gpu);
    snprintf(title, sizeof title, "%s%s%s", id, gpu->name[0] ? " " : "", gpu->name);
    add_work(title, sizeof title, app, gpu);

    struct canvas inside = frame(c, l, DEVICES_GPU, true, title);

    gpu_detail_draw(&inside, gpu, d->first);
    if (gpu->pci[0] != '\0') {
        snprintf(place, sizeof place, " %s ", gpu->pci);
        legend(c, l, DEVICES_GPU, ROLE_DIM, place);
    }
}

static const char *processor_name(const struct app *app)
{
    for (int i = 0; i < app->machine.n_devices; i++)
        if (app->machine.devices[i].info.threads > 0)
            return app->machine.devices[i].info.name;
    return "node";
}

static void draw(const struct dialog *dialog, struct canvas *c, const struct app *app)
{
    const struct devices_dialog *d = (const struct devices_dialog *)dialog;
    struct devices_layout l = layout_now(app, c->clip.rows, c->clip.columns);
    const int ranks = rank_list_rows(app, c->clip.rows), columns = c->clip.columns;
    struct canvas above = canvas_part(c, (struct rectangle){ 0, 0, ranks, columns });
    struct canvas below = canvas_part(c, (struct rectangle){ ranks, 0, c->clip.rows - ranks, columns });

    if (ranks > 0)
        rank_list_draw(&above, app);
    draw_gpus(d, &below, app, ranks > 0, &l);
    draw_gpu(d, &below, app, &l);

    struct canvas inside = frame(&below, &l, DEVICES_NODE, true, processor_name(app));

    node_box_draw(&inside, app, l.core_rows);
    if (app->node.gpus.count == 0)
        legend(&below, &l, DEVICES_NODE, ROLE_DIM, " " HISTORY_LEGEND " ");
}

/* The list of processes, as far as there is something to see. */
static void scroll(struct devices_dialog *d, const struct app *app, int pages)
{
    struct rectangle room = dialog_room(app);
    struct devices_layout l = layout_now(app, room.rows, room.columns);
    int shown = l.place[DEVICES_GPU].rows - 1 - GPU_DETAIL_FIGURES;
    int last = gpu_detail_listed(&app->node.gpus.gpus[selected_gpu(d, app)]) - shown;

    if (app->node.gpus.count == 0 || shown < 1)
        return;
    d->first = int_max(int_min(d->first + pages * int_max(shown - 1, 1), last), 0);
}

static int key(struct dialog *dialog, struct app *app, int key)
{
    struct devices_dialog *d = (struct devices_dialog *)dialog;
    enum action action = keys_action(key);
    int to;

    if (action == ACTION_DEVICES || action == ACTION_QUIT)
        return REACTION_CLOSE;
    if (key == KEYCODE_PAGE_UP || key == KEYCODE_PAGE_DOWN) {
        scroll(d, app, key == KEYCODE_PAGE_UP ? -1 : 1);
        return REACTION_HANDLED;
    }
    to = keys_move(selected_gpu(d, app), app->node.gpus.count, 0, key);
    if (to < 0)
        return REACTION_NONE;
    if (to != d->selected)
        d->first = 0;
    d->selected = to;
    return REACTION_HANDLED;
}

const struct key_help devices_view_keys[] = {
    { "Esc q", "close the view", "Close" },
    { "Up/Down", "choose a GPU", "GPU" },
    { "PgUp/PgDn", "scroll its processes", "Processes" },
    { NULL, NULL, NULL },
};

static void close_view(struct dialog *dialog, struct app *app)
{
    (void)dialog;
    app->display.gpus_in_sight = false;
}

static const struct dialog_class devices_class = {
    .size = sizeof(struct devices_dialog),
    .whole = true,
    .keys = devices_view_keys,
    .draw = draw,
    .key = key,
    .close = close_view,
};

/* Opens on the GPU that trains, where there is one. */
void devices_view_open(struct app *app)
{
    struct devices_dialog *d = (struct devices_dialog *)dialog_open(app, &devices_class, "Devices", 0, 0);
    const struct gpu_reading *gpu = node_gpu(&app->node, &app_device(app)->info);

    if (!d)
        return;
    app->display.gpus_in_sight = true;
    if (gpu)
        d->selected = (int)(gpu - app->node.gpus.gpus);
}
