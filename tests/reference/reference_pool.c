/* Pools, straight from the definition. */
#include "tests/reference/reference_ops.h"

#include <math.h>
#include <string.h>

static size_t at_input(const struct op_window *w, int n, int y, int x, int c)
{
    return (((size_t)n * (size_t)w->height + (size_t)y) * (size_t)w->width + (size_t)x) * (size_t)w->channels +
           (size_t)c;
}

static size_t at_output(const struct op_window *w, int n, int y, int x, int c)
{
    return (((size_t)n * (size_t)w->out_height + (size_t)y) * (size_t)w->out_width + (size_t)x) * (size_t)w->channels +
           (size_t)c;
}

/* One window: the output number that it is for, and where it begins in the image. */
struct window {
    int n, y, x, c, top, left;
};

static bool next_window(const struct op_window *w, int rows, struct window *p)
{
    if (++p->c == w->channels)
        p->c = 0, p->x++;
    if (p->x == w->out_width)
        p->x = 0, p->y++;
    if (p->y == w->out_height)
        p->y = 0, p->n++;
    p->top = p->y * w->stride - w->pad_top;
    p->left = p->x * w->stride - w->pad_left;
    return p->n < rows;
}

static const struct window before_first = { .c = -1 };

/* Where a position of the window, counted row by row, is in the image; false outside. */
static bool inside(const struct op_window *w, const struct window *p, int position, int *y, int *x)
{
    *y = p->top + position / w->kernel_width;
    *x = p->left + position % w->kernel_width;
    return *y >= 0 && *y < w->height && *x >= 0 && *x < w->width;
}

void reference_max_pool(const struct reference_task *task)
{
    const struct op_window *w = &task->op->window;
    const double *x = task->in[0];
    double *y = task->out[0];
    uint8_t *winner = task->out[1];
    struct window p = before_first;

    while (next_window(w, task->step->rows, &p)) {
        size_t to = at_output(w, p.n, p.y, p.x, p.c);
        bool first = true;

        for (int position = 0; position < w->kernel_height * w->kernel_width; position++) {
            int iy, ix;

            if (!inside(w, &p, position, &iy, &ix))
                continue;

            double here = x[at_input(w, p.n, iy, ix, p.c)];

            if (!first && !(here > y[to]) && !isnan(here))
                continue;
            first = false;
            y[to] = here;
            if (winner)
                winner[to] = (uint8_t)position;
        }
    }
}

void reference_max_pool_gradient(const struct reference_task *task)
{
    const struct op_window *w = &task->op->window;
    const double *dy = task->in[0];
    const uint8_t *winner = task->in[1];
    double *dx = task->out[0];
    struct window p = before_first;

    memset(dx, 0, at_input(w, task->step->rows, 0, 0, 0) * sizeof *dx);
    while (next_window(w, task->step->rows, &p)) {
        size_t from = at_output(w, p.n, p.y, p.x, p.c);
        int iy, ix;

        if (inside(w, &p, winner[from], &iy, &ix))
            dx[at_input(w, p.n, iy, ix, p.c)] += dy[from];
    }
}

static int pixels_counted(const struct op_window *w, const struct window *p)
{
    int count = 0, iy, ix;

    if (w->counts_padding)
        return w->kernel_height * w->kernel_width;
    for (int position = 0; position < w->kernel_height * w->kernel_width; position++)
        count += inside(w, p, position, &iy, &ix);
    return count;
}

void reference_average_pool(const struct reference_task *task)
{
    const struct op_window *w = &task->op->window;
    const double *x = task->in[0];
    double *y = task->out[0];
    struct window p = before_first;

    while (next_window(w, task->step->rows, &p)) {
        double sum = 0.0;
        int iy, ix;

        for (int position = 0; position < w->kernel_height * w->kernel_width; position++)
            if (inside(w, &p, position, &iy, &ix))
                sum += x[at_input(w, p.n, iy, ix, p.c)];
        y[at_output(w, p.n, p.y, p.x, p.c)] = sum / pixels_counted(w, &p);
    }
}

void reference_average_pool_gradient(const struct reference_task *task)
{
    const struct op_window *w = &task->op->window;
    const double *dy = task->in[0];
    double *dx = task->out[0];
    struct window p = before_first;

    memset(dx, 0, at_input(w, task->step->rows, 0, 0, 0) * sizeof *dx);
    while (next_window(w, task->step->rows, &p))
        for (int position = 0; position < w->kernel_height * w->kernel_width; position++) {
            int iy, ix;

            if (inside(w, &p, position, &iy, &ix))
                dx[at_input(w, p.n, iy, ix, p.c)] += dy[at_output(w, p.n, p.y, p.x, p.c)] / pixels_counted(w, &p);
        }
}

void reference_global_average_pool(const struct reference_task *task)
{
    const struct op_window *w = &task->op->window;
    const double *x = task->in[0];
    double *y = task->out[0];

    for (int n = 0; n < task->step->rows; n++)
        for (int c = 0; c < w->channels; c++) {
            double sum = 0.0;

            for (int pixel = 0; pixel < w->height * w->width; pixel++)
                sum += x[at_input(w, n, 0, pixel, c)];
            y[n * w->channels + c] = sum / (w->height * w->width);
        }
}

void reference_global_max_pool(const struct reference_task *task)
{
    int pixels = task->op->norm.pixels, channels = task->op->norm.channels;
    double *y = task->out[0];
    int32_t *winner = task->out[1];

    for (int i = 0; i < task->step->rows * channels; i++) {
        const double *x = (const double *)task->in[0] + i / channels * pixels * channels + i % channels;
        int best = 0;

        for (int pixel = 1; pixel < pixels; pixel++)
            if (x[pixel * channels] > x[best * channels] || (isnan(x[pixel * channels]) && !isnan(x[best * channels])))
                best = pixel;
        y[i] = x[best * channels];
        if (winner)
            winner[i] = best;
    }
}

void reference_global_max_pool_gradient(const struct reference_task *task)
{
    int pixels = task->op->norm.pixels, channels = task->op->norm.channels;
    const double *dy = task->in[0];
    const int32_t *winner = task->in[1];
    double *dx = task->out[0];

    for (int i = 0; i < task->step->rows * channels; i++)
        for (int pixel = 0; pixel < pixels; pixel++)
            dx[(i / channels * pixels + pixel) * channels + i % channels] = pixel == winner[i] ? dy[i] : 0.0;
}

void reference_global_average_pool_gradient(const struct reference_task *task)
{
    const struct op_window *w = &task->op->window;
    const double *dy = task->in[0];
    double *dx = task->out[0];

    for (int n = 0; n < task->step->rows; n++)
        for (int pixel = 0; pixel < w->height * w->width; pixel++)
            for (int c = 0; c < w->channels; c++)
                dx[at_input(w, n, 0, pixel, c)] = dy[n * w->channels + c] / (w->height * w->width);
}
