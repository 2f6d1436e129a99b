#include <stdio.h>

#include "tui/app.h"
#include "tui/devices/devices_layout.h"
#include "tui/dialogs/dialog.h"
#include "tui/keys.h"
#include "tui/draw/history.h"
#include "tui/devices/view_devices.h"
#include "tui/draw/shapes.h"

/* All GPUs, one of them in detail, and the node; the run goes on below. */
struct devices_dialog {
    struct dialog dialog;
    int selected; /* GPU */
    int first;    /* row of its list that is shown at the top */
};

static struct devices_layout layout_now(const struct app *app, int rows, int columns)
{
    int cores = app->node.host.core_count;

    return devices_layout_make(rows, columns, app->node.gpus.count, cores > 0 ? cores : app->cores.usable);
}

/* Readings come and go; what was chosen may be there no more. */
static int selected_gpu(const struct devices_dialog *d, const struct app *app)
{
    return d->selected < app->node.gpus.count ? d->selected : 0;
}

static struct canvas frame(struct canvas *c, const struct devices_layout *l, enum devices_place place,
                           const char *title)
{
    struct canvas whole = canvas_part(c, l->place[place]);

    return shape_frame(&whole, title, false, place != DEVICES_GPUS, place != DEVICES_NODE);
}

static void legend(struct canvas *c, const struct devices_layout *l, enum devices_place place, enum role role,
                   const char *text)
{
    struct rectangle edge = l->place[place];

    edge.rows = 1;

    struct canvas line = canvas_part(c, edge);

    canvas_text_right(&line, 0, edge.columns - 2, role, text);
}

static void draw_gpus(const struct devices_dialog *d, struct canvas *c, const struct app *app,
                      const struct devices_layout *l)
{
    const struct gpu_readings *gpus = &app->node.gpus;
    char title[48] = "GPUs";

    if (gpus->all > gpus->count)
        snprintf(title, sizeof title, "the first %d of %d GPUs", gpus->count, gpus->all);
    else if (gpus->count > 1) /* the screen may show fewer */
        snprintf(title, sizeof title, "%d GPUs", gpus->count);

    struct canvas inside = frame(c, l, DEVICES_GPUS, title);

    view_gpus(&inside, app, l->gpu_rows, selected_gpu(d, app));
    if (app->node.gpus_stale)
        legend(c, l, DEVICES_GPUS, ROLE_BAD, " the driver does not answer ");
    else if (gpus->count > 0)
        legend(c, l, DEVICES_GPUS, ROLE_DIM, " " HISTORY_LEGEND " ");
}

static void draw_gpu(const struct devices_dialog *d, struct canvas *c, const struct app *app,
                     const struct devices_layout *l)
{
    const struct gpu_reading *gpu = &app->node.gpus.gpus[selected_gpu(d, app)];
    char title[GPU_NAME_SIZE + GPU_ID_SIZE + 2], id[GPU_ID_SIZE], place[sizeof gpu->pci + 2];

    if (l->place[DEVICES_GPU].rows == 0)
        return;
    view_gpu_id(id, app, gpu);
    snprintf(title, sizeof title, "%s%s%s", id, gpu->name[0] ? " " : "", gpu->name);

    struct canvas inside = frame(c, l, DEVICES_GPU, title);

    view_gpu(&inside, gpu, d->first);
    if (gpu->pci[0] != '\0') {
        snprintf(place, sizeof place, " %s ", gpu->pci);
        legend(c, l, DEVICES_GPU, ROLE_DIM, place);
    }
}

static const char *processor_name(const struct app *app)
{
    for (int i = 0; i < app->n_devices; i++)
        if (app->devices[i].info.threads > 0)
            return app->devices[i].info.name;
    return "node";
}

static void draw(const struct dialog *dialog, struct canvas *c, const struct app *app)
{
    const struct devices_dialog *d = (const struct devices_dialog *)dialog;
    struct devices_layout l = layout_now(app, c->clip.rows, c->clip.columns);

    draw_gpus(d, c, app, &l);
    draw_gpu(d, c, app, &l);

    struct canvas inside = frame(c, &l, DEVICES_NODE, processor_name(app));

    view_node(&inside, app, l.core_rows);
    if (app->node.gpus.count == 0)
        legend(c, &l, DEVICES_NODE, ROLE_DIM, " " HISTORY_LEGEND " ");
}

/* As far as there is something to see. */
static void scroll(struct devices_dialog *d, const struct app *app, int pages)
{
    struct rectangle room = dialog_room(app);
    struct devices_layout l = layout_now(app, room.rows, room.columns);
    int shown = l.place[DEVICES_GPU].rows - 1 - VIEW_GPU_FIGURES;
    int last = view_gpu_listed(&app->node.gpus.gpus[selected_gpu(d, app)]) - shown;

    if (app->node.gpus.count == 0 || shown < 1)
        return;
    d->first += pages * (shown > 1 ? shown - 1 : 1);
    if (d->first > last)
        d->first = last;
    if (d->first < 0)
        d->first = 0;
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
    to = panel_move(selected_gpu(d, app), app->node.gpus.count, 0, key);
    if (to < 0)
        return REACTION_NONE;
    if (to != d->selected)
        d->first = 0;
    d->selected = to;
    return REACTION_HANDLED;
}

const struct key_help dialog_devices_keys[] = {
    { "Esc q", "close the view" },
    { "Up Down", "choose a GPU" },
    { "PgUp PgDn", "scroll its processes" },
    { NULL, NULL },
};

static const struct dialog_class devices_class = {
    .size = sizeof(struct devices_dialog),
    .whole = true,
    .keys = dialog_devices_keys,
    .draw = draw,
    .key = key,
};

/* Opens on the GPU that trains, where there is one. */
void dialog_devices(struct app *app)
{
    struct devices_dialog *d = (struct devices_dialog *)dialog_open(app, &devices_class, "Devices", 0, 0);
    const struct gpu_reading *gpu = node_gpu(&app->node, &app_device(app)->info);

    if (d && gpu)
        d->selected = (int)(gpu - app->node.gpus.gpus);
}

bool dialog_devices_shown(const struct app *app)
{
    const struct dialog *d = app->dialog;

    while (d && d->class != &devices_class)
        d = d->below;
    return d;
}
