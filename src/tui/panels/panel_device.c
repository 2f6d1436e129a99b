#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "nn/recipe/device_name.h"
#include "tui/app.h"
#include "tui/dialogs/dialog_ask.h"
#include "tui/draw/figures.h"
#include "tui/draw/shapes.h"
#include "tui/panels/panel.h"
#include "tui/room.h"

enum { AROUND_TEXT = 2 };

/* A line for each device and, after them, one that says which kinds of device there are none of. */
static int line_count(const struct app *app)
{
    return app->machine.n_devices + (app->machine.missing[0] != '\0');
}

static int selected_line(const struct app *app)
{
    return app->display.selected[PANEL_DEVICE] < line_count(app) ? app->display.selected[PANEL_DEVICE] : 0;
}

static bool is_chosen(const struct app *app, const struct device *d)
{
    return app->machine.device_error.kind == ERROR_NONE && devices_has(&app->machine.device, d);
}

static int chosen_line(const struct app *app)
{
    for (int i = 0; i < app->machine.n_devices; i++)
        if (is_chosen(app, &app->machine.devices[i]))
            return i;
    return 0;
}

/* How many replicas would train on it together, as the recipe says. */
static int replicas_of(const struct app *app, const struct device *d)
{
    return is_chosen(app, d) ? devices_replicas(&app->machine.device) : 1;
}

/* How many threads each would use: as many as the recipe says, else all. */
static int threads_of(const struct app *app, const struct device *d)
{
    int chosen = is_chosen(app, d) ? app->machine.device.choice.threads : 0;

    return chosen > 0 ? chosen : d->info.threads;
}

/* A device has two rows when everything fits: its name is on the second. */
static int rows_each(struct rectangle inside, const struct app *app)
{
    const struct machine *m = &app->machine;
    int missing = m->missing[0] != '\0' ? canvas_paragraph_rows(m->missing, inside.columns - AROUND_TEXT) : 0;

    return inside.rows >= 2 * m->n_devices + missing ? 2 : 1;
}

/* Without its maker, where the whole name does not fit. */
static void draw_name(struct canvas *c, int row, int column, const char *name)
{
    static const char maker[] = "NVIDIA ";
    bool fits = canvas_text_width(name) <= c->clip.columns - column;

    if (!fits && strncmp(name, maker, strlen(maker)) == 0)
        name += strlen(maker);
    canvas_text(c, row, column, ROLE_DIM, name);
}

/* As much of it as there is room for; the rest of the row is red anyway. */
static void draw_too_large(struct canvas *c, int row, int column, const char *words)
{
    static const char brief[] = "too large";
    int room = c->clip.columns - column;

    if (canvas_text_width(words) <= room)
        canvas_text(c, row, column, ROLE_BAD, words);
    else if ((int)sizeof brief - 1 <= room)
        canvas_text(c, row, column, ROLE_BAD, brief);
}

/* What people choose a GPU by first, behind its memory. */
static void draw_bandwidth(struct canvas *c, int row, int column, double bandwidth)
{
    const double tera = 1e12, giga = 1e9;
    char text[FIGURE_SIZE];

    if (bandwidth < tera)
        snprintf(text, sizeof text, "%.0f GB/s", bandwidth / giga);
    else
        snprintf(text, sizeof text, "%.1f TB/s", bandwidth / tera);
    if (bandwidth > 0 && column + canvas_text_width(text) < c->clip.columns)
        canvas_text(c, row, column, ROLE_DIM, text);
}

/* How fast it was at the recipe's steps, where there is room for it behind the name. */
static void draw_speed(struct canvas *c, int row, int column, double images_per_second)
{
    const int end = c->clip.columns - 1;
    char text[2 * FIGURE_SIZE];

    figure_speed(text, images_per_second);
    text_append(text, sizeof text, " images/s");
    if (images_per_second > 0 && column + canvas_text_width(text) <= end)
        canvas_text_right(c, row, end, ROLE_DIM, text);
}

/* A device on which the recipe does not fit says so in place of its name. */
static void draw_device(struct canvas *c, int row, const struct app *app, int position, bool name_below)
{
    const struct device *d = &app->machine.devices[position];
    char words[128];
    bool chosen = is_chosen(app, d), fits = room_device_fits(app, position, words, sizeof words);
    enum role role = !fits ? ROLE_BAD : chosen ? ROLE_NORMAL : ROLE_DIM;
    char memory[FIGURE_SIZE];
    int column = 1 + canvas_format(c, row, 1, role, "[%c] %s", chosen ? 'x' : ' ', d->info.id);

    if (d->info.threads > 0) {
        char replicas[16] = "";

        if (replicas_of(app, d) > 1)
            snprintf(replicas, sizeof replicas, "%dx", replicas_of(app, d));
        column += canvas_format(c, row, column + 2, role, "%s%d of %d thread%s", replicas, threads_of(app, d),
                                d->info.threads, d->info.threads == 1 ? "" : "s") + 2;
    } else if (d->info.memory > 0) {
        text_bytes(memory, sizeof memory, d->info.memory);
        column += canvas_text(c, row, column + 2, role, memory) + 2;
    }
    if (!fits)
        draw_too_large(c, name_below ? row + 1 : row, name_below ? 5 : column + 2, words);
    else if (name_below) {
        draw_bandwidth(c, row, column + 2, d->info.bandwidth);
        draw_name(c, row + 1, 5, d->info.name);
        draw_speed(c, row + 1, 5 + canvas_text_width(d->info.name) + 2, app->forecast.speeds[position]);
    }
    else if (c->clip.columns - column > 8)
        draw_name(c, row, column + 2, d->info.name);
}

/* In the rows below the devices: why there are none of other kinds. */
static void draw_missing(struct canvas *c, int row, const struct app *app)
{
    struct rectangle below = { row, 1, c->clip.rows - row, c->clip.columns - AROUND_TEXT };
    struct canvas rest = canvas_part(c, below);

    if (rest.clip.rows > 0)
        canvas_paragraph(&rest, 0, ROLE_DIM, app->machine.missing);
}

/* With two rows each, all fit. */
static int first_line(const struct app *app, int each, int shown)
{
    int seen = app->display.focus == PANEL_DEVICE ? selected_line(app) : chosen_line(app);

    return each == 2 ? 0 : layout_first(seen, line_count(app), shown);
}

/* All rows of the reason why there are no others are its line. */
static int line_at(const struct app *app, struct rectangle inside, int row)
{
    int each = rows_each(inside, app);

    return int_min(first_line(app, each, inside.rows / each) + row / each, line_count(app) - 1);
}

static void draw(struct canvas *c, const struct app *app)
{
    int each = rows_each(c->clip, app), shown = c->clip.rows / each;
    int selected = selected_line(app), first = first_line(app, each, shown);

    for (int i = 0; i < shown && first + i < app->machine.n_devices; i++)
        draw_device(c, i * each, app, first + i, each == 2);
    draw_missing(c, (app->machine.n_devices - first) * each, app);
    if (each == 1)
        shape_more(c, 0, shown, first > 0, first + shown < line_count(app));
    if (app->display.focus == PANEL_DEVICE)
        canvas_row_role(c, (selected - first) * each, ROLE_SELECTED);
    if (app->machine.device_error.kind != ERROR_NONE && !app->machine.search)
        canvas_text(c, c->clip.rows - 1, 1, ROLE_BAD, app->machine.device_error.text);
}

static int take_name(struct app *app, const char *name)
{
    char *to = app->draft.recipe.training.device;

    if (strcmp(to, name) == 0)
        return REACTION_HANDLED;
    text_copy(to, sizeof app->draft.recipe.training.device, name);
    return REACTION_MODEL_CHANGED;
}

/* With all threads the name has no number, so that the recipe means the same on a larger node. */
static int choose(struct app *app, const struct device *d, int threads)
{
    char name[sizeof app->draft.recipe.training.device];

    if (d->info.threads > 0 && replicas_of(app, d) > 1)
        snprintf(name, sizeof name, "%s:%dx%d", d->info.id, replicas_of(app, d), threads);
    else if (threads < d->info.threads)
        snprintf(name, sizeof name, "%s:%d", d->info.id, threads);
    else
        snprintf(name, sizeof name, "%s", d->info.id);
    return take_name(app, name);
}

/* The GPUs that are chosen: bit n is cuda:n. */
static uint64_t ticked(const struct app *app)
{
    uint64_t numbers = 0;

    for (int i = 0; i < app->machine.n_devices; i++) {
        const struct device *d = &app->machine.devices[i];
        const int number = device_name_gpu(d->info.id);

        if (number >= 0 && is_chosen(app, d))
            numbers |= UINT64_C(1) << number;
    }
    return numbers;
}

/* A GPU beside those that are chosen, or no longer; the last one stays. */
static int tick(struct app *app, const struct device *d)
{
    char name[sizeof app->draft.recipe.training.device];
    const int number = device_name_gpu(d->info.id);
    const uint64_t numbers = number >= 0 ? ticked(app) ^ UINT64_C(1) << number : 0;

    if (numbers == 0)
        return choose(app, d, threads_of(app, d));
    device_name_write_list(numbers, name, sizeof name);
    return take_name(app, name);
}

static int nudge_threads(struct app *app, const struct device *d, int change)
{
    int threads = threads_of(app, d) + change;

    if (threads < 1 || threads * replicas_of(app, d) > d->info.threads)
        return REACTION_HANDLED;
    return choose(app, d, threads);
}

static int key_on_device(struct app *app, const struct device *d, int key)
{
    switch (key) {
    case ' ':
        return tick(app, d);
    case KEYCODE_ENTER:
        return choose(app, d, threads_of(app, d));
    case KEYCODE_LEFT:
        return nudge_threads(app, d, -1);
    case KEYCODE_RIGHT:
        return nudge_threads(app, d, 1);
    default:
        return REACTION_NONE;
    }
}

static int key_on_missing(struct app *app, int key)
{
    if (key != ' ' && key != KEYCODE_ENTER)
        return REACTION_NONE;
    dialog_ask(app, &(struct ask_setup){ .title = "Not on this node", .text = app->machine.missing });
    return REACTION_HANDLED;
}

static int key(struct app *app, int key)
{
    int line = selected_line(app), to = keys_move(line, line_count(app), line_count(app), key);

    if (to >= 0)
        app->display.selected[PANEL_DEVICE] = to;
    if (to >= 0 || line_count(app) == 0)
        return to >= 0 ? REACTION_HANDLED : REACTION_NONE;
    if (key == ' ' && live_going(&app->live))
        return REACTION_NONE; /* it pauses */
    if (line == app->machine.n_devices)
        return key_on_missing(app, key);
    return key_on_device(app, &app->machine.devices[line], key);
}

static const struct key_help keys[] = {
    { "Enter Space", "choose it, or see why not", "Choose" },
    { "Space", "of GPUs one more, or one less", NULL },
    { "Left/Right", "fewer or more threads", "Threads" },
    { NULL, NULL, NULL },
};

PANEL_CLASS(device) = {
    .title = "Device",
    .draw = draw,
    .key = key,
    .keys = keys,
    .line_at = line_at,
};
