#include "tui/devices/gpu_list.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "tui/app.h"
#include "tui/devices/devices_layout.h"
#include "tui/draw/gauge.h"
#include "tui/draw/history.h"
#include "tui/draw/shapes.h"

void gpu_list_id(char out[GPU_ID_SIZE], const struct app *app, const struct gpu_reading *gpu)
{
    for (int i = 0; i < app->machine.n_devices; i++)
        if (node_gpu(&app->node, &app->machine.devices[i].info) == gpu) {
            snprintf(out, GPU_ID_SIZE, "%s", app->machine.devices[i].info.id);
            return;
        }
    snprintf(out, GPU_ID_SIZE, "gpu %d", gpu->index);
}

/* The fields of a line about a GPU, from left to right. On a narrow screen those of the highest rank are left out
 * first; the last field, the load's heat over the last minutes, takes the rest. */
struct line_field {
    int columns, rank;
    void (*draw)(struct canvas *field, const struct app *app, int position);
};

static const struct gpu_reading *gpu_at(const struct app *app, int position)
{
    return &app->node.gpus.gpus[position];
}

static void draw_id(struct canvas *field, const struct app *app, int position)
{
    const struct gpu_reading *gpu = gpu_at(app, position);
    char id[GPU_ID_SIZE];

    gpu_list_id(id, app, gpu);
    canvas_text(field, 0, 0, gpu->mine ? ROLE_STRONG : ROLE_NORMAL, id);
}

static void draw_name(struct canvas *field, const struct app *app, int position)
{
    canvas_text(field, 0, 0, ROLE_DIM, gpu_at(app, position)->name);
}

static void draw_bar(struct canvas *field, struct reading fraction)
{
    if (fraction.known)
        shape_bar(field, 0, 0, field->clip.columns, fraction.value);
}

static void draw_load(struct canvas *field, const struct app *app, int position)
{
    char load[FIGURE_SIZE];

    gauge_percent(load, gpu_at(app, position)->load);
    canvas_text(field, 0, 0, ROLE_NORMAL, load);
}

static void draw_memory_bar(struct canvas *field, const struct app *app, int position)
{
    const struct gpu_reading *gpu = gpu_at(app, position);

    draw_bar(field, gauge_share(gpu->memory_used, gpu->memory_total));
}

static void draw_memory(struct canvas *field, const struct app *app, int position)
{
    const struct gpu_reading *gpu = gpu_at(app, position);
    char memory[FIGURE_SIZE];

    gauge_part(memory, gpu->memory_used, gpu->memory_total);
    canvas_text_right(field, 0, field->clip.columns, ROLE_NORMAL, memory);
}

static void draw_power(struct canvas *field, const struct app *app, int position)
{
    char watts[FIGURE_SIZE];

    gauge_watts(watts, gpu_at(app, position));
    canvas_text_right(field, 0, field->clip.columns, gauge_power_role(gpu_at(app, position)), watts);
}

static void draw_temperature(struct canvas *field, const struct app *app, int position)
{
    char degrees[FIGURE_SIZE];

    gauge_degrees(degrees, gpu_at(app, position));
    canvas_text_right(field, 0, field->clip.columns, gauge_heat_role(gpu_at(app, position)), degrees);
}

static void draw_heat(struct canvas *field, const struct app *app, int position)
{
    history_draw_heat(field, &app->node.gpu_load[position]);
}

static const struct line_field line_fields[] = {
    { 7, 0, draw_id },      { 22, 4, draw_name },  { 5, 0, draw_load },        { 6, 3, draw_memory_bar },
    { 9, 0, draw_memory },  { 11, 2, draw_power }, { 6, 0, draw_temperature }, { HISTORY_COLUMNS_LEAST, 1, draw_heat },
};
enum { NAME_COLUMN = 9, LINE_FIELDS = sizeof line_fields / sizeof *line_fields, RANK_MOST = 4, HEAT = LINE_FIELDS - 1 };

static int line_columns(int rank)
{
    int columns = 0;

    for (int i = 0; i < LINE_FIELDS; i++)
        if (line_fields[i].rank <= rank)
            columns += line_fields[i].columns + 1;
    return columns;
}

/* Returns where its heat begins, in which a line that is selected is not reversed: that would turn it around. */
static int draw_line(struct canvas *c, const struct app *app, int position)
{
    const struct gpu_reading *gpu = gpu_at(app, position);
    int rank = RANK_MOST, column = 1, room = c->clip.columns - 1;

    while (rank > 0 && line_columns(rank) > room + 1)
        rank--;
    for (int i = 0; i < LINE_FIELDS; i++) {
        const struct line_field *f = &line_fields[i];
        int rest = c->clip.columns - 1 - column, columns = i == HEAT ? int_max(rest, f->columns) : f->columns;
        struct canvas field = canvas_part(c, (struct rectangle){ 0, column, 1, columns });

        if (f->rank > rank)
            continue;
        f->draw(&field, app, position);
        if (i == HEAT)
            return column - 1;
        column += columns + 1;
        if (i == 0 && gpu->lost) {
            canvas_text(c, 0, column, ROLE_BAD, gpu->trouble);
            break;
        }
    }
    return c->clip.columns;
}

/* Which GPU it is and, on the right, its power and its temperature. */
static void draw_head(struct canvas *c, const struct app *app, const struct gpu_reading *gpu)
{
    char figure[FIGURE_SIZE], id[GPU_ID_SIZE];
    int end = c->clip.columns - 1;

    gauge_degrees(figure, gpu);
    end = canvas_text_right(c, 0, end, gauge_heat_role(gpu), figure) - 2;
    gauge_watts(figure, gpu);
    end = canvas_text_right(c, 0, end, gauge_power_role(gpu), figure) - 2;

    struct canvas left = canvas_part(c, (struct rectangle){ 0, 0, 1, end });

    gpu_list_id(id, app, gpu);
    canvas_text(&left, 0, 1, gpu->mine ? ROLE_STRONG : ROLE_NORMAL, id);
    canvas_text(&left, 0, NAME_COLUMN, ROLE_NORMAL, gpu->name);
}

/* A gauge, and its history in all of the rows. */
static void draw_gauge(struct canvas *c, int row, int rows, const char *label, struct reading fraction,
                       const char *text, const struct history *h)
{
    struct rectangle place = { row, GAUGE_NEXT, rows, c->clip.columns - 1 - GAUGE_NEXT };
    struct canvas graph = canvas_part(c, place);

    gauge_draw(c, row, label, fraction, text);
    history_draw(&graph, h, 1);
}

/* Memory changes seldom: its history gets fewer rows. */
static void draw_card(struct canvas *c, const struct app *app, int position)
{
    const struct gpu_reading *gpu = gpu_at(app, position);
    int memory_rows = c->clip.rows / GPU_CARD_ROWS, load_rows = c->clip.rows - 1 - memory_rows;
    char load[FIGURE_SIZE], memory[FIGURE_SIZE];

    draw_head(c, app, gpu);
    if (gpu->lost) {
        canvas_text(c, 1, GAUGE_LABEL, ROLE_BAD, gpu->trouble);
        return;
    }
    gauge_percent(load, gpu->load);
    draw_gauge(c, 1, load_rows, "load", gpu->load, load, &app->node.gpu_load[position]);
    gauge_part(memory, gpu->memory_used, gpu->memory_total);
    draw_gauge(c, 1 + load_rows, memory_rows, "mem", gauge_share(gpu->memory_used, gpu->memory_total), memory,
               &app->node.gpu_memory[position]);
}

static void draw_none(struct canvas *c, const struct app *app)
{
    const struct gpu_readings *gpus = &app->node.gpus;
    struct canvas inside = canvas_part(c, (struct rectangle){ 0, 1, c->clip.rows, c->clip.columns - 2 });

    canvas_paragraph(&inside, 0, ROLE_DIM, gpus->why_none[0] ? gpus->why_none : "waiting for the driver's answer");
}

void gpu_list_draw(struct canvas *c, const struct app *app, int each, int selected)
{
    int count = app->node.gpus.count, shown = c->clip.rows / each, first = layout_first(selected, count, shown);

    if (count == 0)
        draw_none(c, app);
    for (int i = 0; i < shown && first + i < count; i++) {
        struct canvas place = canvas_part(c, (struct rectangle){ i * each, 0, each, c->clip.columns });

        int columns = c->clip.columns;

        if (each == 1)
            columns = draw_line(&place, app, first + i);
        else
            draw_card(&place, app, first + i);
        if (count > 1 && first + i == selected)
            canvas_role(&place, 0, 0, columns, ROLE_SELECTED);
    }
    shape_more(c, 0, shown * each, first > 0, first + shown < count);
}
