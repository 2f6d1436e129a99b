/* Each image of a step mixed with the next one of its batch, in a box. */
#include "kernels/kernels.h"
#include "kernels/vector.h"

/* y = x + blend × (next - x) */
static void blend_row(float blend, const float *x, const float *next, float *y, int64_t count)
{
    INDEPENDENT
    for (int64_t i = 0; i < count; i++)
        y[i] = x[i] + blend * (next[i] - x[i]);
}

static void mix_image(const struct op_mix *o, const struct step_mix *mix, const float *x, const float *next, float *y)
{
    int64_t row = (int64_t)o->width * o->channels, first = (int64_t)mix->left * o->channels;
    int64_t count = (int64_t)(mix->right - mix->left) * o->channels;

    if (count < row || mix->bottom - mix->top < o->height)
        memcpy(y, x, (size_t)(o->height * row) * sizeof *y);
    for (int at = mix->top; at < mix->bottom; at++)
        blend_row(mix->blend, x + at * row + first, next + at * row + first, y + at * row + first, count);
}

static void mix(const struct kernel_task *task)
{
    const struct op_mix *o = &task->op->mix;
    const float *x = task->in[0];
    float *y = task->out[0];
    int64_t size = (int64_t)o->height * o->width * o->channels, images = task->step->rows + o->next;
    struct share share = team_share(task->step->rows, 1, task->thread, task->threads);

    for (int64_t n = share.begin; n < share.end; n++)
        mix_image(o, &task->step->mix, x + n * size, x + (n + 1) % images * size, y + n * size);
}

const struct kernel kernel_mix = { .run = mix };
