/* Gathering images, mirrored, turned and moved; their colours and the square cut out of them; mixing. */
#include "tests/reference/reference_ops.h"

#include <math.h>

#include "base/random.h"

/* As nn/plan/augment.h says. */
enum salt { MOVE, ALTERNATE, COLOURS, CUT };

/* Of row n of the step, wherever it is in the whole batch; behind its last row is the first. */
static struct random_words words(const struct step *s, enum salt salt, int n)
{
    int whole = s->whole > 0 ? s->whole : s->rows;

    return random_block(s->seed, RANDOM_AUGMENT, salt, (uint32_t)s->number, (uint64_t)((s->first + n) % whole));
}

static double between(double low, double high, uint32_t word)
{
    return low + (high - low) * (word >> 8) / 16777216.0;
}

static int move_of(uint32_t word, int shift)
{
    return (int)((uint64_t)word * (2 * (uint64_t)shift + 1) >> 32) - shift;
}

static bool is_mirrored(const struct op_gather *g, const struct step *s, int n, int32_t index)
{
    bool first = random_block(s->seed, RANDOM_AUGMENT, ALTERNATE, 0, (uint64_t)index).word[0] >= 0x80000000u;

    switch (g->flip) {
    case FLIP_RANDOM:
        return words(s, MOVE, n).word[0] >= 0x80000000u;
    case FLIP_ALTERNATING:
        return s->epoch % 2 ? !first : first;
    case FLIP_NONE:
        break;
    }
    return false;
}

static int reflected(int i, int size)
{
    while (i < 0 || i >= size)
        i = size == 1 ? 0 : i < 0 ? -i : 2 * (size - 1) - i;
    return i;
}

/* A normalised number of a mirrored image; what is outside is 0 or reflected. */
static double number_at(const struct reference_task *task, const uint8_t *image, bool mirror, int y, int x, int c)
{
    const struct op_gather *g = &task->op->gather;
    const double *mean = task->in[2], *inverse = mean + g->channels;

    if (!g->reflect && (y < 0 || y >= g->height || x < 0 || x >= g->width))
        return 0.0;
    y = reflected(y, g->height);
    x = reflected(x, g->width);
    if (mirror)
        x = g->width - 1 - x;
    return (image[(y * g->width + x) * g->channels + c] / 255.0 - mean[c]) * inverse[c];
}

static double interpolated(const struct reference_task *task, const uint8_t *image, bool mirror, double y, double x,
                           int c)
{
    double top = floor(y), left = floor(x), sum = 0.0;

    for (int k = 0; k < 4; k++) {
        double weight = (k / 2 ? y - top : 1 - (y - top)) * (k % 2 ? x - left : 1 - (x - left));

        if (weight > 0)
            sum += weight * number_at(task, image, mirror, (int)top + k / 2, (int)left + k % 2, c);
    }
    return sum;
}

void reference_gather(const struct reference_task *task)
{
    const struct op_gather *g = &task->op->gather;
    const struct step *s = task->step;
    const uint8_t *images = task->images ? task->images : task->in[0];
    const int32_t *index = task->in[1];
    double *to = task->out[0], pi = acos(-1.0);

    for (int n = 0; n < s->rows + g->next; n++) {
        struct random_words r = words(s, MOVE, n);
        const uint8_t *image =
            images + (int64_t)(task->images ? index[n] : n) * g->height * g->width * g->channels;
        bool mirror = g->augment && is_mirrored(g, s, n, index[n]);
        int right = g->augment ? move_of(r.word[1], g->shift) : 0, down = g->augment ? move_of(r.word[2], g->shift) : 0;
        double angle = g->augment ? between(-1, 1, r.word[3]) * (double)g->rotation * pi / 180 : 0.0;
        double middle_y = (g->height - 1) / 2.0, middle_x = (g->width - 1) / 2.0;

        for (int y = 0; y < g->height; y++)
            for (int x = 0; x < g->width; x++)
                for (int c = 0; c < g->channels; c++, to++) {
                    double across = x - right - middle_x, along = y - down - middle_y;

                    if (angle != 0.0)
                        *to = interpolated(task, image, mirror, middle_y - across * sin(angle) + along * cos(angle),
                                           middle_x + across * cos(angle) + along * sin(angle), c);
                    else
                        *to = number_at(task, image, mirror, y - down, x - right, c);
                }
    }
}

static double within(double v)
{
    return v < 0 ? 0 : v > 1 ? 1 : v;
}

static double grey_of(const double *pixel, int channels)
{
    double grey = 0.0;

    if (channels == 3)
        return 0.2989 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];
    for (int c = 0; c < channels; c++)
        grey += pixel[c] / channels;
    return grey;
}

static double factor_of(float amount, uint32_t word)
{
    return between(fmax(0, 1 - (double)amount), 1 + (double)amount, word);
}

/* One step after the other over the whole image v, which is in colours of 0..1. */
static void recolour(const struct op_retouch *o, struct random_words r, double *v)
{
    int pixels = o->height * o->width, channels = o->channels;
    double mean = 0.0, contrast = factor_of(o->contrast, r.word[1]), saturation = factor_of(o->saturation, r.word[2]);

    for (int i = 0; i < pixels * channels; i++)
        v[i] = within(v[i] * factor_of(o->brightness, r.word[0]));
    for (int i = 0; i < pixels; i++)
        mean += grey_of(v + i * channels, channels) / pixels;
    for (int i = 0; i < pixels * channels; i++)
        v[i] = within(contrast * v[i] + (1 - contrast) * mean);
    for (int i = 0; i < pixels; i++) {
        double grey = grey_of(v + i * channels, channels);

        for (int c = 0; c < channels; c++)
            v[i * channels + c] = within(saturation * v[i * channels + c] + (1 - saturation) * grey);
    }
}

void reference_retouch(const struct reference_task *task)
{
    const struct op_retouch *o = &task->op->retouch;
    const double *x = task->in[0], *mean = task->in[1], *inverse = mean + o->channels;
    double *y = task->out[0];
    int count = o->height * o->width * o->channels;

    for (int n = 0; n < task->step->rows + o->next; n++, x += count, y += count) {
        struct random_words cut = words(task->step, CUT, n);
        int top = (int)((uint64_t)cut.word[0] * (uint64_t)o->height >> 32) - o->cutout / 2;
        int left = (int)((uint64_t)cut.word[1] * (uint64_t)o->width >> 32) - o->cutout / 2;

        for (int i = 0; i < count; i++)
            y[i] = x[i] / inverse[i % o->channels] + mean[i % o->channels];
        if (o->brightness > 0 || o->contrast > 0 || o->saturation > 0)
            recolour(o, words(task->step, COLOURS, n), y);
        for (int i = 0; i < count; i++) {
            int row = i / o->channels / o->width, column = i / o->channels % o->width;
            bool inside = row >= top && row < top + o->cutout && column >= left && column < left + o->cutout;

            y[i] = inside ? 0.0 : (y[i] - mean[i % o->channels]) * inverse[i % o->channels];
        }
    }
}

void reference_mix(const struct reference_task *task)
{
    const struct op_mix *o = &task->op->mix;
    const struct step_mix *mix = &task->step->mix;
    const double *x = task->in[0];
    double *y = task->out[0];

    for (int n = 0; n < task->step->rows; n++)
        for (int row = 0; row < o->height; row++)
            for (int column = 0; column < o->width; column++)
                for (int c = 0; c < o->channels; c++) {
                    int next = (n + 1) % (task->step->rows + o->next);
                    bool inside = row >= mix->top && row < mix->bottom && column >= mix->left && column < mix->right;
                    int at = (row * o->width + column) * o->channels + c, size = o->height * o->width * o->channels;
                    double part = inside ? (double)mix->blend : 0.0;

                    y[n * size + at] = (1 - part) * x[n * size + at] + part * x[next * size + at];
                }
}
