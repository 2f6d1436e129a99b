/* The images of a batch, from bytes to normalised floats, randomly mirrored, turned and moved; nn/plan/augment.h has
 * the exact formulas. */
#include "kernels/kernels.h"
#include "kernels/vector.h"
#include "nn/plan/augment.h"

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

static void convert(const uint8_t *from, const float *factor, const float *offset, float *to, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] = (float)from[i] * factor[i] + offset[i];
}

/* How to make numbers of bytes: a factor and an offset for each number of a run, which begins with channel 0. */
struct conversion {
    const struct op_gather *gather;
    const float *factor, *offset;
};

/* `from` is a row of the image. Pixels first..end-1 of an output row that are outside of it: zeros, or its
 * reflection. */
static void fill_edge(const struct conversion *c, const struct augment_move *move, const uint8_t *from, int first,
                      int end, float *to)
{
    const struct op_gather *g = c->gather;
    int channels = g->channels;

    if (!g->reflect && end > first)
        memset(to + (int64_t)first * channels, 0, (size_t)(end - first) * (size_t)channels * sizeof *to);
    for (int x = first; g->reflect && x < end; x++)
        convert(from + (int64_t)augment_at(g, move->mirror, 0, x - move->right) * channels, c->factor, c->offset,
                to + (int64_t)x * channels, channels);
}

/* Pixels that are inside, in a mirrored image. */
static void mirror_row(const struct conversion *c, int right, const uint8_t *from, int first, int end, float *to)
{
    int channels = c->gather->channels, last = c->gather->width - 1 + right;

    for (int x = first; x < end; x++)
        for (int k = 0; k < channels; k++)
            to[x * channels + k] = (float)from[(last - x) * channels + k] * c->factor[k] + c->offset[k];
}

/* One output row, from the row of the image that it shows. */
static void moved_row(const struct conversion *c, const struct augment_move *move, const uint8_t *from, float *to)
{
    int width = c->gather->width, channels = c->gather->channels;
    int first = int_clamp(move->right, 0, width), end = int_clamp(width + move->right, 0, width);

    fill_edge(c, move, from, 0, first, to);
    if (move->mirror)
        mirror_row(c, move->right, from, first, end, to);
    else
        convert(from + (int64_t)(first - move->right) * channels, c->factor, c->offset, to + (int64_t)first * channels,
                (int64_t)(end - first) * channels);
    fill_edge(c, move, from, end, width, to);
}

static void plain_image(const struct conversion *c, const uint8_t *from, float *to)
{
    const struct op_gather *g = c->gather;
    int64_t run = run_length(g), count = (int64_t)g->height * g->width * g->channels;

    for (int64_t i = 0; i < count; i += run)
        convert(from + i, c->factor, c->offset, to + i, int64_min(count - i, run));
}

static void moved_image(const struct conversion *c, const struct augment_move *move, const uint8_t *from, float *to)
{
    const struct op_gather *g = c->gather;
    int64_t row = (int64_t)g->width * g->channels;

    for (int y = 0; y < g->height; y++, to += row) {
        int source = y - move->down;
        bool inside = source >= 0 && source < g->height;

        if (!inside && g->reflect)
            source = augment_reflected(source, g->height);
        if (!inside && !g->reflect)
            memset(to, 0, (size_t)row * sizeof *to);
        else if (move->mirror || move->right)
            moved_row(c, move, from + source * row, to);
        else
            convert(from + source * row, c->factor, c->offset, to, row);
    }
}

static void turned_image(const struct conversion *c, const struct augment_move *move, const uint8_t *from, float *to)
{
    const struct op_gather *g = c->gather;

    for (int y = 0; y < g->height; y++) {
        struct augment_place place = augment_place_of(g, move, y, 0);

        for (int x = 0; x < g->width; x++, to += g->channels) {
            struct augment_taps t = augment_taps_at(g, move->mirror, place);
            float whole = t.share[0] + t.share[1] + t.share[2] + t.share[3];

            for (int k = 0; k < g->channels; k++) {
                float byte = 0.0f;

                for (int tap = 0; tap < 4; tap++)
                    byte += t.share[tap] * (float)from[t.at[tap] * g->channels + k];
                to[k] = byte * c->factor[k] + whole * c->offset[k];
            }
            place.x += 2 * move->cosine;
            place.y -= 2 * move->sine;
        }
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
    const struct step *step = task->step;
    const int32_t *index = task->in[1];
    int64_t size = (int64_t)gather->height * gather->width * gather->channels;
    float *factor = kernel_workspace(task, task->thread), *offset = factor + run_length(gather);
    struct conversion c = { gather, factor, offset };
    struct share share = team_share(step->rows + gather->next, 1, task->thread, task->threads);

    fill_run(gather, task->in[2], factor, offset);
    for (int64_t image = share.begin; image < share.end; image++) {
        const uint8_t *from = image_of(task, image, size);
        float *to = (float *)task->out[0] + image * size;
        struct augment_move move = augment_move_of(gather, step->seed, step->number, step->epoch,
                                                   step_row(step, image), (uint32_t)index[image]);

        if (move.turned)
            turned_image(&c, &move, from, to);
        else if (move.mirror || move.right || move.down)
            moved_image(&c, &move, from, to);
        else
            plain_image(&c, from, to);
    }
}

const struct kernel kernel_gather = { .run = gather, .workspace = gather_workspace };
