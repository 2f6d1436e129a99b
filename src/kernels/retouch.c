/* Random changes of an image's colours, and a square that is cut out of it; nn/plan/ops.h has the exact formulas. */
#include "kernels/kernels.h"
#include "kernels/vector.h"
#include "nn/plan/augment.h"

/* Whole pixels, so many that those which fill no vector at the end of a run do not matter. */
enum { RUN_PIXELS = 64 };

/* A number for each value of a run of pixels, which begins with channel 0. */
struct runs {
    float *deviation, *mean, *inverse;
};

static size_t retouch_workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return 3 * RUN_PIXELS * (size_t)op->retouch.channels * sizeof(float);
}

static struct runs fill_runs(const struct kernel_task *task)
{
    const struct op_retouch *o = &task->op->retouch;
    const float *mean = task->in[1], *inverse = mean + o->channels;
    int count = RUN_PIXELS * o->channels;
    float *workspace = kernel_workspace(task, task->thread);
    struct runs runs = { workspace, workspace + count, workspace + 2 * count };

    for (int i = 0; i < count; i++) {
        int c = i % o->channels;

        runs.deviation[i] = 1.0f / inverse[c];
        runs.mean[i] = mean[c];
        runs.inverse[i] = inverse[c];
    }
    return runs;
}

VECTOR_INLINE float within(float v)
{
    v = v < 0.0f ? 0.0f : v;
    return v > 1.0f ? 1.0f : v;
}

static void brighten(const struct runs *runs, float factor, const float *x, float *v, int64_t count)
{
    INDEPENDENT
    for (int64_t i = 0; i < count; i++)
        v[i] = within((x[i] * runs->deviation[i] + runs->mean[i]) * factor);
}

static float grey_of(const float *pixel, int channels)
{
    float grey = 0.0f;

    for (int c = 0; c < channels; c++)
        grey += augment_grey(channels, c) * pixel[c];
    return grey;
}

/* Of `pixels` pixels. */
static float mean_grey(const float *v, int64_t pixels, int channels)
{
    double sum = 0.0;

    for (int64_t i = 0; i < pixels; i++)
        sum += grey_of(v + i * channels, channels);
    return (float)(sum / (double)pixels);
}

/* To the same extent towards one grey. */
static void contrast(float factor, float grey, float *v, int64_t count)
{
    INDEPENDENT
    for (int64_t i = 0; i < count; i++)
        v[i] = within(v[i] * factor + grey * (1.0f - factor));
}

static void saturate(float factor, int channels, float *v, int64_t count)
{
    for (int64_t i = 0; i < count; i += channels) {
        float grey = grey_of(v + i, channels) * (1.0f - factor);

        for (int c = 0; c < channels; c++)
            v[i + c] = within(v[i + c] * factor + grey);
    }
}

static void normalise(const struct runs *runs, float *v, int64_t count)
{
    INDEPENDENT
    for (int64_t i = 0; i < count; i++)
        v[i] = (v[i] - runs->mean[i]) * runs->inverse[i];
}

static void recolour(const struct op_retouch *o, const struct runs *runs, const struct augment_retouch *r,
                     const float *x, float *y)
{
    int64_t pixels = (int64_t)o->height * o->width, count = pixels * o->channels;
    int64_t run = (int64_t)RUN_PIXELS * o->channels;

    for (int64_t i = 0; i < count; i += run)
        brighten(runs, r->brightness, x + i, y + i, int64_min(run, count - i));
    if (o->contrast > 0)
        contrast(r->contrast, mean_grey(y, pixels, o->channels), y, count);
    if (o->saturation > 0)
        saturate(r->saturation, o->channels, y, count);
    for (int64_t i = 0; i < count; i += run)
        normalise(runs, y + i, int64_min(run, count - i));
}

static void cut_out(const struct op_retouch *o, const struct augment_retouch *r, float *y)
{
    for (int row = r->top; row < r->bottom; row++)
        memset(y + ((int64_t)row * o->width + r->left) * o->channels, 0,
               (size_t)(r->right - r->left) * (size_t)o->channels * sizeof *y);
}

static void retouch(const struct kernel_task *task)
{
    const struct op_retouch *o = &task->op->retouch;
    int64_t count = (int64_t)o->height * o->width * o->channels;
    const struct step *step = task->step;
    struct runs runs = fill_runs(task);
    struct share share = team_share(step->rows + o->next, 1, task->thread, task->threads);

    for (int64_t image = share.begin; image < share.end; image++) {
        const float *x = (const float *)task->in[0] + image * count;
        float *y = (float *)task->out[0] + image * count;
        struct augment_retouch r = augment_retouch_of(o, step->seed, step->number, step_row(step, image));

        if (augment_recolours(o))
            recolour(o, &runs, &r, x, y);
        else if (x != y)
            memcpy(y, x, (size_t)count * sizeof *y);
        cut_out(o, &r, y);
    }
}

const struct kernel kernel_retouch = { .run = retouch, .workspace = retouch_workspace };
