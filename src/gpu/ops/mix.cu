/* Each image of a step mixed with the next one of its batch, in a box. */
#include "gpu/core/gpu_launch.h"

enum { THREADS = 256 };

static __global__ void mix_images(struct op_mix o, const struct gpu_step *step, const float *x, float *y, int images)
{
    int n = (int)blockIdx.x, count = o.height * o.width * o.channels;
    const struct step_mix mix = step->mix;
    const float *own = x + (int64_t)n * count, *next = x + (int64_t)((n + 1) % images) * count;

    y += (int64_t)n * count;
    IMAGE_EACH(e, count) {
        int pixel = (int)e / o.channels, row = pixel / o.width, column = pixel - row * o.width;
        bool inside = row >= mix.top && row < mix.bottom && column >= mix.left && column < mix.right;

        y[e] = inside ? own[e] + mix.blend * (next[e] - own[e]) : own[e];
    }
}

static void run(const struct gpu_task *task)
{
    const struct op_mix *o = &task->op->mix;
    int64_t count = (int64_t)o->height * o->width * o->channels;

    gpu_launch(task->gpu, mix_images, gpu_launch_image_grid(task->gpu, task->rows, count, THREADS), THREADS, *o,
               task->step, task->in[0], task->out[0], task->rows + o->next);
}

const struct gpu_kernel gpu_mix = { run };
