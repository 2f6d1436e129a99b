#include "gpu/cudnn/cudnn_convolution.h"

#include "gpu/core/gpu_conv_pool.h"
#include "gpu/core/gpu_operands.h"
#include "gpu/cudnn/cudnn_choices.h"
#include "gpu/cudnn/cudnn_filters.h"

/* The workspace: filters in cuDNN's order, x or dx rounded, the convolution's own map (y as cuDNN writes it, dy as
 * cuDNN reads it), then cuDNN's own. Sizes are those of the whole step. */
struct layout {
    int64_t inputs;            /* numbers of x, as cuDNN sees it */
    int64_t channels;          /* C, as cuDNN sees it */
    int64_t filters, pixels;   /* K; pixels of y */
    bool rounded, map_is_made; /* map_is_made: cuDNN does not work on y or dy itself */
    size_t x, map, own;        /* offsets */
    size_t bytes;
};

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
    l.x = gpu_aligned((size_t)(p->kernel_height * p->kernel_width * l.channels * l.filters) * size);
    l.map = l.x + (l.rounded ? gpu_aligned((size_t)l.inputs * size) : 0);
    l.own = l.map + (l.map_is_made ? gpu_aligned((size_t)(l.pixels * l.filters) * size) : 0);
    l.bytes = l.own + cudnn_plans_workspace(choice->plans);
    return l;
}

size_t cudnn_convolution_workspace(const struct gpu *gpu, const struct op *op, int batch)
{
    const struct cudnn_choice *choice = cudnn_choices_find(gpu, op, batch);

    return choice && choice->plans ? layout_of(choice).bytes : 0;
}

/* One run of a convolution. */
struct run {
    const struct gpu_task *task;
    struct gpu *gpu;
    const struct op_window *window;
    struct layout layout;
    void *tensors[CUDNN_TENSORS];
};

static void *in_workspace(const struct run *p, size_t offset)
{
    return (char *)p->gpu->workspace + offset;
}

static void read_input(struct run *p)
{
    const struct layout *l = &p->layout;

    p->tensors[CUDNN_X] = p->task->in[0];
    if (!l->rounded)
        return;
    p->tensors[CUDNN_X] = in_workspace(p, l->x);
    gpu_operands_round(p->gpu, &(struct gpu_rounding){ p->task->in[0], l->inputs / l->channels, p->window->channels,
                                                       l->channels, p->tensors[CUDNN_X] });
}

static struct cudnn_filters filters_of(const struct run *p)
{
    const struct op_window *w = p->window;

    return (struct cudnn_filters){ .taps = (int64_t)w->kernel_height * w->kernel_width,
                                   .channels = w->channels,
                                   .filters = w->out_channels,
                                   .stride = p->layout.channels };
}

static void read_filters(struct run *p)
{
    const struct cudnn_filters shape = filters_of(p);

    p->tensors[CUDNN_W] = in_workspace(p, 0);
    cudnn_filters_write(p->gpu, p->task->in[1], &shape, p->task->op->precision, p->tensors[CUDNN_W]);
}

/* The two gradients of a layer follow each other, and keep the map at the same address: the second finds it made. */
static void read_gradient(struct run *p, void *dy, void *winner)
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
        gpu_operands_round(p->gpu, &(struct gpu_rounding){ dy, l->pixels, l->filters, l->filters, map });
    p->gpu->left = (struct gpu_left){ .map = map, .dy = dy, .winner = winner };
}

/* Sets the tensors, and makes those that are only read. */
static void prepare(struct run *p)
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

/* From what cuDNN wrote to the operation's outputs. */
static void finish(const struct run *p)
{
    const struct gpu_task *task = p->task;
    const struct layout *l = &p->layout;
    const struct op_window *w = p->window;
    const struct cudnn_filters shape = filters_of(p);
    enum precision precision = task->op->precision;

    if (task->op->kind == OP_CONV2D_WEIGHT_GRADIENT)
        cudnn_filters_read(p->gpu, p->tensors[CUDNN_W], &shape, precision, task->out[0]);
    else if (task->op->kind == OP_CONV2D_INPUT_GRADIENT)
        gpu_operands_add_bias(p->gpu, p->tensors[CUDNN_X], precision, l->inputs / l->channels, l->channels, NULL, false,
                              task->out[0]);
    else if (w->pooled)
        gpu_conv_pool(p->gpu, w, precision, p->tensors[CUDNN_Y], task->in[2], task->rows, task->out[0], task->out[1]);
    else
        gpu_operands_add_bias(p->gpu, p->tensors[CUDNN_Y], precision, l->pixels, l->filters, task->in[2],
                              w->activation == ACTIVATION_RELU, task->out[0]);
}

bool cudnn_convolution(const struct gpu_task *task)
{
    struct gpu *gpu = task->gpu;
    const struct cudnn_choice *choice = cudnn_choices_find(gpu, task->op, task->rows);
    struct run p = { .task = task, .gpu = gpu, .window = &task->op->window };

    if (!choice || !choice->plans)
        return false;
    p.layout = layout_of(choice);
    prepare(&p);
    if (gpu->error.kind == ERROR_NONE && !cudnn_plans_run(choice->plans, p.tensors, in_workspace(&p, p.layout.own)) &&
        gpu_still_works(gpu, "convolving by cuDNN"))
        error_set(&gpu->error, ERROR_DEVICE,
                  "cuDNN failed to convolve on cuda:%d, where it had done so before: CUVETTE_CUDNN=0 does without it",
                  gpu->device);
    finish(&p);
    return true;
}
