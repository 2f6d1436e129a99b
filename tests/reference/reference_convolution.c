/* Convolutions, straight from the definition. */
#include "tests/reference/reference_ops.h"

#include <string.h>

/* One number of an output: of y, or of the convolution before a pooled y. */
struct position {
    int n, y, x, k;
};

static size_t image_size(const struct op_window *w)
{
    return (size_t)w->height * (size_t)w->width * (size_t)w->channels;
}

/* The position of number i of y; false past the last of `rows` images. */
static bool find_position(const struct op_window *w, int rows, size_t i, struct position *p)
{
    size_t channels = (size_t)w->out_channels;
    size_t width = (size_t)(w->pooled ? w->out_width / 2 : w->out_width);
    size_t height = (size_t)(w->pooled ? w->out_height / 2 : w->out_height);

    *p = (struct position){ .n = (int)(i / channels / width / height),
                            .y = (int)(i / channels / width % height),
                            .x = (int)(i / channels % width),
                            .k = (int)(i % channels) };
    return p->n < rows;
}

/* Number 0..3, row-major, of the pooling window of p: a number of the convolution's output. */
static struct position in_pool(struct position p, int number)
{
    return (struct position){ p.n, 2 * p.y + number / 2, 2 * p.x + number % 2, p.k };
}

/* Calls visit(index in x, index in w) for every product in the convolution's output at p. */
#define FOR_EACH_PRODUCT(w, p, visit)                                                                                  \
    for (int ky = 0; ky < (w)->kernel_height; ky++)                                                                    \
        for (int kx = 0; kx < (w)->kernel_width; kx++) {                                                               \
            int iy = (p).y * (w)->stride - (w)->pad_top + ky, ix = (p).x * (w)->stride - (w)->pad_left + kx;           \
                                                                                                                       \
            if (iy < 0 || iy >= (w)->height || ix < 0 || ix >= (w)->width)                                             \
                continue;                                                                                              \
            for (int c = 0; c < (w)->channels; c++)                                                                    \
                visit((size_t)(p).n *image_size(w) + (size_t)((iy * (w)->width + ix) * (w)->channels + c),             \
                      (size_t)(((ky * (w)->kernel_width + kx) * (w)->channels + c) * (w)->out_channels + (p).k));      \
        }

static double sum_at(const struct reference_task *task, struct position p)
{
    const struct op_window *window = &task->op->window;
    const double *x = task->in[0], *w = task->in[1], *b = task->in[2];
    double sum = b ? b[p.k] : 0.0;

#define VISIT(at_x, at_w) sum += x[at_x] * w[at_w]
    FOR_EACH_PRODUCT(window, p, VISIT)
#undef VISIT
    return sum;
}

static double largest_in_pool(const struct reference_task *task, struct position p, int *winner)
{
    double largest = sum_at(task, in_pool(p, 0));

    *winner = 0;
    for (int number = 1; number < 4; number++) {
        double sum = sum_at(task, in_pool(p, number));

        if (sum > largest) {
            largest = sum;
            *winner = number;
        }
    }
    if (task->op->window.activation == ACTIVATION_RELU && largest <= 0.0)
        *winner = WINNER_NONE;
    return largest;
}

void reference_conv2d(const struct reference_task *task)
{
    const struct op_window *window = &task->op->window;
    double *y = task->out[0];
    uint8_t *winners = task->out[1];
    struct position p;

    for (size_t i = 0; find_position(window, task->step->rows, i, &p); i++) {
        int winner = WINNER_NONE;
        double sum = window->pooled ? largest_in_pool(task, p, &winner) : sum_at(task, p);

        y[i] = reference_activate(window->activation, window->slope, sum);
        if (winners)
            winners[i] = (uint8_t)winner;
    }
    if (task->out[2])
        reference_moments(y, (size_t)(task->step->rows * window->out_height * window->out_width),
                          (size_t)window->out_channels, task->out[2]);
}

/* Sets *p to the number of the convolution's output that dy's number i is passed on to; false if there is none. */
static bool goes_to(const struct op_window *window, const uint8_t *winners, size_t i, struct position *p)
{
    if (!window->pooled)
        return true;
    if (winners[i] == WINNER_NONE)
        return false;
    *p = in_pool(*p, winners[i]);
    return true;
}

void reference_conv2d_input_gradient(const struct reference_task *task)
{
    const struct op_window *window = &task->op->window;
    const double *dy = task->in[0], *w = task->in[1];
    double *dx = task->out[0];
    struct position p;

    memset(dx, 0, (size_t)task->step->rows * image_size(window) * sizeof *dx);
#define VISIT(at_x, at_w) dx[at_x] += dy[i] * w[at_w]
    for (size_t i = 0; find_position(window, task->step->rows, i, &p); i++)
        if (goes_to(window, task->in[2], i, &p))
            FOR_EACH_PRODUCT(window, p, VISIT)
#undef VISIT
}

void reference_conv2d_weight_gradient(const struct reference_task *task)
{
    const struct op_window *window = &task->op->window;
    const double *x = task->in[0], *dy = task->in[1];
    double *dw = task->out[0], *db = task->out[1];
    size_t outputs = (size_t)window->out_channels;
    struct position p;

    memset(dw, 0, (size_t)(window->kernel_height * window->kernel_width * window->channels) * outputs * sizeof *dw);
    if (db)
        memset(db, 0, outputs * sizeof *db);
#define VISIT(at_x, at_w) dw[at_w] += x[at_x] * dy[i]
    for (size_t i = 0; find_position(window, task->step->rows, i, &p); i++) {
        if (!goes_to(window, task->in[2], i, &p))
            continue;
        FOR_EACH_PRODUCT(window, p, VISIT)
        if (db)
            db[p.k] += dy[i];
    }
#undef VISIT
}
