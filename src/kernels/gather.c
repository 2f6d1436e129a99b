/* The images of a batch, from bytes to normalised floats, randomly moved and mirrored; ops.h has the exact formulas. */
#include "base/random.h"
#include "kernels/kernels.h"
#include "kernels/vector.h"

/* Numbers converted in one run, at least: so many that those which fill no vector at its end do not matter. */
enum { RUN_LEAST = 256 };

/* Whole rows of an image. */
static int64_t run_length(const struct op_gather *gather)
{
    int64_t row = (int64_t)gather->width * gather->channels;

    return int64_round_up(RUN_LEAST, row);
}

/* A factor and an offset for each number of a run. */
static size_t gather_workspace(const struct op *op, int batch, int threads)
{
    (void)batch;
    (void)threads;
    return 2 * (size_t)run_length(&op->gather) * sizeof(float);
}

/* The augmentation of one image: output (y, x) is pixel (y - down, x - right) of the image, which is mirrored first. */
struct change {
    bool mirror;
    int down, right;
};

/* Uniform in -shift..shift. */
static int move_of(uint32_t word, int shift)
{
    return (int)((uint64_t)word * (2 * (uint64_t)shift + 1) >> 32) - shift;
}

static struct change change_of(const struct kernel_task *task, int64_t image)
{
    const struct op_gather *gather = &task->op->gather;
    struct random_words r;

    if (!gather->augment)
        return (struct change){ 0 };
    r = random_block(task->step->seed, RANDOM_AUGMENT, 0, (uint32_t)task->step->number, (uint64_t)image);
    return (struct change){ .mirror = gather->flip && r.word[0] >> 31,
                            .right = move_of(r.word[1], gather->shift),
                            .down = move_of(r.word[2], gather->shift) };
}

static void convert(const uint8_t *from, const float *factor, const float *offset, float *to, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] = (float)from[i] * factor[i] + offset[i];
}

/* One output row, from the row of the image that it shows. */
static void changed_row(const struct op_gather *gather, struct change change, const uint8_t *from, const float *factor,
                        const float *offset, float *to)
{
    int channels = gather->channels;

    for (int x = 0; x < gather->width; x++, to += channels) {
        int source = x - change.right;
        bool inside = source >= 0 && source < gather->width;
        int mirrored = change.mirror ? gather->width - 1 - source : source;

        for (int c = 0; c < channels; c++)
            to[c] = inside ? (float)from[mirrored * channels + c] * factor[c] + offset[c] : 0.0f;
    }
}

static void plain_image(const struct op_gather *gather, const uint8_t *from, const float *factor, const float *offset,
                        float *to)
{
    int64_t run = run_length(gather), count = (int64_t)gather->height * gather->width * gather->channels;

    for (int64_t i = 0; i < count; i += run)
        convert(from + i, factor, offset, to + i, int64_min(count - i, run));
}

static void changed_image(const struct op_gather *gather, struct change change, const uint8_t *from,
                          const float *factor, const float *offset, float *to)
{
    int64_t row = (int64_t)gather->width * gather->channels;

    for (int y = 0; y < gather->height; y++, to += row) {
        int source = y - change.down;

        if (source < 0 || source >= gather->height)
            memset(to, 0, (size_t)row * sizeof *to);
        else if (change.mirror || change.right)
            changed_row(gather, change, from + source * row, factor, offset, to);
        else
            convert(from + source * row, factor, offset, to, row);
    }
}

static void fill_run(const struct op_gather *gather, const float *mean, float *factor, float *offset)
{
    const float *inverse = mean + gather->channels;
    int64_t run = run_length(gather);

    for (int64_t i = 0; i < run; i += gather->channels)
        for (int c = 0; c < gather->channels; c++) {
            factor[i + c] = inverse[c] / 255.0f;
            offset[i + c] = -mean[c] * inverse[c];
        }
}

static const uint8_t *image_of(const struct kernel_task *task, int64_t row, int64_t size)
{
    const uint8_t *held = (const uint8_t *)task->step->images.handle;
    const int32_t *index = task->in[1];

    return held ? held + index[row] * size : (const uint8_t *)task->in[0] + row * size;
}

static void gather(const struct kernel_task *task)
{
    const struct op_gather *gather = &task->op->gather;
    int64_t size = (int64_t)gather->height * gather->width * gather->channels;
    float *factor = kernel_workspace(task, task->thread), *offset = factor + run_length(gather);
    struct share share = team_share(task->step->rows, 1, task->thread, task->threads);

    fill_run(gather, task->in[2], factor, offset);
    for (int64_t image = share.begin; image < share.end; image++) {
        const uint8_t *from = image_of(task, image, size);
        float *to = (float *)task->out[0] + image * size;
        struct change change = change_of(task, image);

        if (change.mirror || change.right || change.down)
            changed_image(gather, change, from, factor, offset, to);
        else
            plain_image(gather, from, factor, offset, to);
    }
}

const struct kernel kernel_gather = { .run = gather, .workspace = gather_workspace };
