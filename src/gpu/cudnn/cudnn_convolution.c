#include "gpu/cudnn/cudnn_convolution.h"

#include <string.h>

#include "gpu/core/gpu_conv_pool.h"
#include "gpu/cudnn/cudnn_choices.h"
#include "gpu/cudnn/cudnn_filters.h"
#include "gpu/core/gpu_operands.h"

enum { ALIGNMENT = 256 };

/* Where things lie in the workspace: filters in cuDNN's order, x or dx rounded, the map of the convolution itself (y
 * rounded or before its pool, dy rounded or behind its pool), then cuDNN's own. */
struct layout {
    int64_t inputs, filters, pixels; /* numbers of x as cuDNN takes it; K; pixels of y: of the whole step */
    int64_t channels;                /* as cuDNN takes them */
    bool rounded, map_is_made;
    size_t x, map, own, bytes;
};

static size_t aligned(int64_t numbers, size_t size)
{
    return ((size_t)numbers * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static struct layout layout_of(const struct cudnn_choice *choice)
{
    const struct cudnn_problem *p = &choice->problem;
    struct layout l = { .inputs = (int64_t)p->rows * p->height * p->width * p->channels,
                        .filters = p->filters,
                        .pixels = (int64_t)p->rows * p->out_height * p->out_width,
                        .channels = p->channels,
                        .rounded = p->precision == PRECISION_BF16 };
    const size_t size = l.rounded ? sizeof(uint16_t) : sizeof(float);

    l.map_is_made = p->pooled || l.rounded;
    l.x = aligned((int64_t)p->kernel_height * p->kernel_width * l.channels * l.filters, size);
    l.map = l.x + (l.rounded ? aligned(l.inputs, size) : 0);
    l.own = l.map + (l.map_is_made ? aligned(l.pixels * l.filters, size) : 0);
    l.bytes = l.own + cudnn_plans_workspace(choice->plans);
    return l;
}

struct cudnn_choice *cudnn_choice_of(const struct gpu *gpu, const struct op *op, int rows)
{
    const struct cudnn_problem problem = cudnn_problem_of(op, rows);

    for (int i = 0; gpu->cudnn && i < gpu->cudnn->n; i++)
        if (!memcmp(&gpu->cudnn->choices[i].problem, &problem, sizeof problem))
            return &gpu->cudnn->choices[i];
    return NULL;
}

size_t cudnn_convolution_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    const struct cudnn_choice *choice = cudnn_choice_of(gpu, op, batch);

    return choice && choice->plans ? layout_of(choice).bytes : 0;
}

/* A convolution on its way through cuDNN. */
struct passage {
    const struct gpu_task *task;
    struct gpu *gpu;
    const struct op_window *window;
    struct layout layout;
    void *tensors[CUDNN_TENSORS];
};

static void *in_workspace(const struct passage *p, size_t offset)
{
    return (char *)p->gpu->workspace + offset;
}

static void read_input(struct passage *p)
{
    const struct layout *l = &p->layout;

    p->tensors[CUDNN_X] = p->task->in[0];
    if (!l->rounded)
        return;
    p->tensors[CUDNN_X] = in_workspace(p, l->x);
    gpu_round(p->gpu, &(struct gpu_rounding){ p->task->in[0], l->inputs / l->channels, p->window->channels, l->channels,
                                              p->tensors[CUDNN_X] });
}

static struct cudnn_filters filters_of(const struct passage *p)
{
    const struct op_window *w = p->window;

    return (struct cudnn_filters){ .taps = (int64_t)w->kernel_height * w->kernel_width,
                                   .channels = w->channels,
                                   .filters = w->out_channels,
                                   .stride = p->layout.channels };
}

static void read_filters(struct passage *p)
{
    const struct cudnn_filters shape = filters_of(p);

    p->tensors[CUDNN_W] = in_workspace(p, 0);
    cudnn_write_filters(p->gpu, p->task->in[1], &shape, p->task->op->precision, p->tensors[CUDNN_W]);
}

/* The two gradients of a layer follow each other, and have the same place for it. */
static void read_gradient(struct passage *p, void *dy, void *winner)
{
    const struct layout *l = &p->layout;
    const struct gpu_left *left = &p->task->left;
    void *map = in_workspace(p, l->map);

    p->tensors[CUDNN_Y] = l->map_is_made ? map : dy;
    if (!l->map_is_made || (left->map == map && left->dy == dy && left->winner == winner))
        return;
    if (p->window->pooled)
        gpu_conv_pool_gradient(p->gpu, p->window, p->task->op->precision, dy, winner, p->task->rows, map, l->filters);
    else
        gpu_round(p->gpu, &(struct gpu_rounding){ dy, l->pixels, l->filters, l->filters, map });
    p->gpu->left = (struct gpu_left){ .map = map, .dy = dy, .winner = winner };
}

static void before(struct passage *p)
{
    const struct gpu_task *task = p->task;
    const struct layout *l = &p->layout;

    switch (task->op->kind) {
    case OP_CONV2D_INPUT_GRADIENT:
        read_gradient(p, task->in[0], task->in[2]);
        read_filters(p);
        p->tensors[CUDNN_X] = l->rounded ? in_workspace(p, l->x) : task->out[0];
        break;
    case OP_CONV2D_WEIGHT_GRADIENT:
        read_input(p);
        read_gradient(p, task->in[1], task->in[2]);
        p->tensors[CUDNN_W] = in_workspace(p, 0);
        break;
    default:
        read_input(p);
        read_filters(p);
        p->tensors[CUDNN_Y] = l->map_is_made ? in_workspace(p, l->map) : task->out[0];
        break;
    }
}

static void behind(const struct passage *p)
{
    const struct gpu_task *task = p->task;
    const struct layout *l = &p->layout;
    const struct op_window *w = p->window;
    const struct cudnn_filters shape = filters_of(p);
    enum precision precision = task->op->precision;

    if (task->op->kind == OP_CONV2D_WEIGHT_GRADIENT)
        cudnn_read_filters(p->gpu, p->tensors[CUDNN_W], &shape, precision, task->out[0]);
    else if (task->op->kind == OP_CONV2D_INPUT_GRADIENT)
        cudnn_add_bias(p->gpu, p->tensors[CUDNN_X], precision, l->inputs / l->channels, l->channels, NULL, false,
                       task->out[0]);
    else if (w->pooled)
        gpu_conv_pool(p->gpu, w, precision, p->tensors[CUDNN_Y], task->in[2], task->rows, task->out[0], task->out[1]);
    else
        cudnn_add_bias(p->gpu, p->tensors[CUDNN_Y], precision, l->pixels, l->filters, task->in[2],
                       w->activation == ACTIVATION_RELU, task->out[0]);
}

bool cudnn_convolve(const struct gpu_task *task)
{
    struct gpu *gpu = task->gpu;
    const struct cudnn_choice *choice = cudnn_choice_of(gpu, task->op, task->rows);
    struct passage p = { .task = task, .gpu = gpu, .window = &task->op->window };

    if (!choice || !choice->plans)
        return false;
    p.layout = layout_of(choice);
    before(&p);
    if (gpu->error.kind == ERROR_NONE &&
        !cudnn_plans_run(choice->plans, p.tensors, in_workspace(&p, p.layout.own)) &&
        gpu_still_works(gpu, "convolving by cuDNN"))
        error_set(&gpu->error, ERROR_DEVICE,
                  "cuDNN failed to convolve on cuda:%d, where it had done so before: CUVETTE_CUDNN=0 does without it",
                  gpu->device);
    behind(&p);
    return true;
}
