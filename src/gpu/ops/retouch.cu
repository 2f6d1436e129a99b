/* Random changes of an image's colours, and a square that is cut out of it: nn/plan/ops.h says how exactly. A block
 * does an image where its mean is asked for, else several blocks do. In place or not: a thread writes what it has
 * read. */
#include "gpu/core/gpu_launch.h"
#include "gpu/core/reduce.h"
#include "nn/plan/augment.h"

enum { THREADS = 256 };

static __device__ float within(float v)
{
    return fminf(fmaxf(v, 0.0f), 1.0f);
}

/* The colours of a pixel, 0..1. */
struct pixel {
    float v[OP_CHANNELS_MAX];
};

static __device__ float grey_of(const struct pixel &p, int channels)
{
    float grey = 0.0f;

    for (int c = 0; c < channels; c++)
        grey += augment_grey(channels, c) * p.v[c];
    return grey;
}

/* `normalisation` is [2][C]: mean, 1/deviation. */
static __device__ struct pixel brightened(const float *x, const float *normalisation, int channels, float factor)
{
    struct pixel p = {};

    for (int c = 0; c < channels; c++)
        p.v[c] = within((x[c] * (1.0f / normalisation[channels + c]) + normalisation[c]) * factor);
    return p;
}

static __device__ void towards(struct pixel *p, int channels, float factor, float grey)
{
    for (int c = 0; c < channels; c++)
        p->v[c] = within(p->v[c] * factor + grey * (1.0f - factor));
}

/* By all threads of the image's only block. */
static __device__ float mean_grey(const float *x, const float *normalisation, int pixels, int channels, float factor)
{
    double sum = 0.0;

    for (int i = (int)threadIdx.x; i < pixels; i += THREADS)
        sum += grey_of(brightened(x + i * channels, normalisation, channels, factor), channels);
    return (float)(block_sum<THREADS>(sum) / pixels);
}

static __global__ void retouch_images(struct op_retouch o, const struct gpu_step *step, const float *x,
                                      const float *normalisation, float *y)
{
    int n = (int)blockIdx.x, pixels = o.height * o.width, channels = o.channels;
    struct augment_retouch r = augment_retouch_of(&o, step->seed, step->number, gpu_step_row(step, n));
    bool recolours = augment_recolours(&o);

    x += (int64_t)n * pixels * channels;
    y += (int64_t)n * pixels * channels;

    float grey = o.contrast > 0 ? mean_grey(x, normalisation, pixels, channels, r.brightness) : 0.0f;

    IMAGE_EACH(i, pixels) {
        int row = (int)i / o.width, column = (int)i - row * o.width;
        bool cut = row >= r.top && row < r.bottom && column >= r.left && column < r.right;
        const float *from = x + (int)i * channels;
        float *to = y + (int)i * channels;
        struct pixel p = brightened(from, normalisation, channels, r.brightness);

        if (o.contrast > 0)
            towards(&p, channels, r.contrast, grey);
        if (o.saturation > 0)
            towards(&p, channels, r.saturation, grey_of(p, channels));
        for (int c = 0; c < channels; c++) {
            float kept = recolours ? (p.v[c] - normalisation[c]) * normalisation[channels + c] : from[c];

            to[c] = cut ? 0.0f : kept;
        }
    }
}

static void run(const struct gpu_task *task)
{
    const struct op_retouch *o = &task->op->retouch;
    dim3 grid = gpu_launch_image_grid(task->gpu, task->rows + o->next, (int64_t)o->height * o->width, THREADS);

    if (o->contrast > 0)
        grid.y = 1;
    gpu_launch(task->gpu, retouch_images, grid, THREADS, *o, task->step, task->in[0], task->in[1], task->out[0]);
}

const struct gpu_kernel gpu_retouch = { run };
