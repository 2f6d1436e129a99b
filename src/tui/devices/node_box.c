#include "tui/devices/node_box.h"

#include <stdio.h>

#include "tui/app.h"
#include "tui/devices/devices_layout.h"
#include "tui/draw/gauge.h"
#include "tui/draw/history.h"
#include "tui/draw/shapes.h"

/* The box, which is filled from the top. */
struct node_box {
    struct canvas *canvas;
    const struct app *app;
    int row, core_rows;
};

/* A rate and its history, in one half of a row. */
struct rate {
    const char *word;
    struct reading reading;
    const struct history *history; /* NULL: none is kept */
};

enum { OTHER_ROWS = 6, GRAPHS = 4, RATE_COLUMNS = 15, EDGE = 1 };

static struct canvas graph_part(const struct node_box *b, int column, int columns, int rows)
{
    return canvas_part(b->canvas, (struct rectangle){ b->row, column, rows, columns });
}

static void load_rows(struct node_box *b, const char *label, struct reading load, int cores, const struct history *h,
                      int rows)
{
    struct canvas graph = graph_part(b, GAUGE_NEXT, b->canvas->clip.columns - EDGE - GAUGE_NEXT, rows);
    char percent[FIGURE_SIZE], text[2 * FIGURE_SIZE];

    gauge_percent(percent, load);
    snprintf(text, sizeof text, load.known ? "%s of %d" : "%s", percent, cores);
    gauge_draw(b->canvas, b->row, label, load, text);
    history_draw(&graph, h, 1);
    b->row += rows;
}

static void memory_row(struct node_box *b)
{
    const struct host_readings *host = &b->app->node.host;
    char memory[FIGURE_SIZE], own[FIGURE_SIZE], text[2 * FIGURE_SIZE];

    gauge_part(memory, host->memory.used, host->memory.limit);
    gauge_draw(b->canvas, b->row, "mem", gauge_share(host->memory.used, host->memory.limit), memory);
    gauge_bytes(own, host->resident);
    snprintf(text, sizeof text, "rss %s", own);
    if (GAUGE_NEXT + canvas_text_width(text) <= b->canvas->clip.columns) /* part of a figure would be another figure */
        canvas_text(b->canvas, b->row, GAUGE_NEXT, ROLE_NORMAL, text);
    b->row++;
}

/* The mean load of the cores that share a bar. */
static struct reading cores_load(const struct host_readings *host, int first, int n)
{
    double sum = 0;
    int known = 0;

    for (int i = first; i < first + n && i < host->core_count; i++)
        if (host->cores[i].load.known) {
            sum += host->cores[i].load.value;
            known++;
        }
    return known > 0 ? reading_of(sum / known) : (struct reading){ 0 };
}

/* Upright bars in groups. Where there are too many cores, several share a bar. */
static void core_rows(struct node_box *b)
{
    const struct host_readings *host = &b->app->node.host;
    int a_row = devices_layout_cores_in(b->canvas->clip.columns - GAUGE_BAR), places = a_row * b->core_rows;
    int each = host->core_count > places ? (host->core_count + places - 1) / places : 1;

    canvas_text(b->canvas, b->row, GAUGE_LABEL, ROLE_DIM, "core");
    if (host->core_count == 0)
        canvas_text(b->canvas, b->row, GAUGE_BAR, ROLE_NORMAL, "n/a");
    for (int i = 0; i * each < host->core_count; i++) {
        struct reading load = cores_load(host, i * each, each);
        int column = i % a_row;

        if (load.known)
            shape_level(b->canvas, b->row + i / a_row, GAUGE_BAR + column + column / CORES_A_GROUP, 1, load.value);
    }
    if (each > 1)
        canvas_format(b->canvas, b->row + 1, GAUGE_LABEL, ROLE_DIM, "1:%d", each);
    b->row += b->core_rows;
}

static void half(const struct node_box *b, const struct rate *rate, int column, int columns, int rows)
{
    struct canvas graph = graph_part(b, column + RATE_COLUMNS, columns - RATE_COLUMNS, rows);
    char text[FIGURE_SIZE];
    int used = canvas_text(b->canvas, b->row, column, ROLE_DIM, rate->word) + 1;

    gauge_rate(text, rate->reading);
    canvas_text(b->canvas, b->row, column + used, ROLE_NORMAL, text);
    if (rate->history)
        history_draw_rate(&graph, rate->history);
}

static void rate_rows(struct node_box *b, const char *label, const struct rate *in, const struct rate *out, int rows)
{
    int columns = (b->canvas->clip.columns - EDGE - GAUGE_BAR - 1) / 2;

    canvas_text(b->canvas, b->row, GAUGE_LABEL, ROLE_DIM, label);
    half(b, in, GAUGE_BAR, columns, rows);
    half(b, out, GAUGE_BAR + columns + 1, columns, rows);
    b->row += rows;
}

/* Rows that are left make the histories taller. */
void node_box_draw(struct canvas *c, const struct app *app, int cores)
{
    const struct node *n = &app->node;
    const struct host_readings *h = &n->host;
    int extra = c->clip.rows - cores - OTHER_ROWS, more = extra > 0 ? extra / GRAPHS : 0, tall = 1 + more;
    int tallest = extra > 0 ? 1 + extra - more * (GRAPHS - 1) : 1;
    struct node_box b = { .canvas = c, .app = app, .core_rows = cores };

    load_rows(&b, "cpu", h->cpu_load, app->machine.cores.usable, &n->cpu_load, tallest);
    memory_row(&b);
    core_rows(&b);
    rate_rows(&b, "disk", &(struct rate){ "read", h->node_disk_read, &n->disk_read },
              &(struct rate){ "write", h->node_disk_write, &n->disk_write }, tall);
    rate_rows(&b, "net", &(struct rate){ "in", h->network_in, &n->network_in },
              &(struct rate){ "out", h->network_out, &n->network_out }, tall);
    load_rows(&b, "node", h->node_load, app->machine.cores.all, &n->node_load, tall);
    rate_rows(&b, "own", &(struct rate){ "read", h->disk_read, NULL },
              &(struct rate){ "write", h->disk_write, NULL }, 1);
}
