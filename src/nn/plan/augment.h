/* How an image is augmented: a pure function of the seed, the step and the image's place in it, so that it is the same
 * on every backend and in any resumed run. Only FLIP_ALTERNATING depends on which image it is. This header is plain C,
 * which CUDA C++ can include (base/random.h).
 *
 * The words of random_block(seed, RANDOM_AUGMENT, salt, step, n), for image n of the step's whole batch:
 *     salt 0   mirrored when word 0 >= 2^31; to the right by word 1, down by word 2; turned by word 3
 *     salt 1   its block 0 of number `index`, the image's in its split: mirrored first in odd or in even epochs
 *     salt 2   brightness, contrast, saturation
 *     salt 3   the row and the column of the cut-out square's middle */
#ifndef NN_AUGMENT_H
#define NN_AUGMENT_H

#include <math.h>

#include "base/random.h"
#include "nn/plan/ops.h"

enum augment_salt { AUGMENT_MOVE, AUGMENT_ALTERNATE, AUGMENT_COLOURS, AUGMENT_CUT };

/* An image is mirrored, turned, then moved. Turned, cosine and sine are in units of 2^-30. */
struct augment_move {
    bool mirror, turned;
    int right, down; /* pixels */
    int64_t cosine, sine;
};

/* Uniform in -most..most. */
RANDOM_FUNCTION int augment_between(uint32_t word, int most)
{
    return (int)((uint64_t)word * (2 * (uint64_t)most + 1) >> 32) - most;
}

RANDOM_FUNCTION bool augment_mirrors(const struct op_gather *g, uint64_t seed, uint32_t epoch, uint32_t index,
                                     uint32_t word)
{
    if (g->flip == FLIP_ALTERNATING)
        return (random_block(seed, RANDOM_AUGMENT, AUGMENT_ALTERNATE, 0, index).word[0] >> 31) != (epoch & 1);
    return g->flip == FLIP_RANDOM && word >> 31;
}

RANDOM_FUNCTION void augment_turn(float degrees, uint32_t word, struct augment_move *m)
{
    double angle = (2 * (double)random_uniform(word) - 1) * degrees * (3.14159265358979323846 / 180);

    m->turned = true;
    m->cosine = llrint(cos(angle) * 0x1p30);
    m->sine = llrint(sin(angle) * 0x1p30);
}

/* Of image n of step `step`, which is image `index` of its split. */
RANDOM_FUNCTION struct augment_move augment_move_of(const struct op_gather *g, uint64_t seed, uint64_t step,
                                                 uint32_t epoch, int64_t n, uint32_t index)
{
    struct augment_move m = { false, false, 0, 0, 0, 0 };

    if (!g->augment)
        return m;

    struct random_words r = random_block(seed, RANDOM_AUGMENT, AUGMENT_MOVE, (uint32_t)step, (uint64_t)n);

    m.mirror = augment_mirrors(g, seed, epoch, index, r.word[0]);
    m.right = augment_between(r.word[1], g->shift);
    m.down = augment_between(r.word[2], g->shift);
    if (g->rotation > 0)
        augment_turn(g->rotation, r.word[3], &m);
    return m;
}

/* Pixel i of a row that goes on at both ends as in a mirror that stands in the outermost pixel: c b | a b c | b a. */
RANDOM_FUNCTION int augment_reflected(int i, int size)
{
    int period = 2 * (size - 1);

    if (size == 1)
        return 0;
    i %= period;
    if (i < 0)
        i += period;
    return i < size ? i : period - i;
}

/* The pixel, y × W + x, that the mirrored image has at (y, x), which may be outside; -1: a zero. */
RANDOM_FUNCTION int augment_at(const struct op_gather *g, bool mirror, int y, int x)
{
    if (y < 0 || y >= g->height || x < 0 || x >= g->width) {
        if (!g->reflect)
            return -1;
        y = augment_reflected(y, g->height);
        x = augment_reflected(x, g->width);
    }
    return y * g->width + (mirror ? g->width - 1 - x : x);
}

/* Where a pixel of the output is in the mirrored image, in units of 2^-31 pixels: whole numbers, so that it is the same
 * place on every backend. One pixel to the right in the output is 2 cosine to the right and 2 sine up. */
struct augment_place {
    int64_t y, x;
};
#define AUGMENT_PLACE_BITS 31

RANDOM_FUNCTION struct augment_place augment_place_of(const struct op_gather *g, const struct augment_move *m, int y,
                                                   int x)
{
    int64_t across = 2 * (int64_t)(x - m->right) - (g->width - 1), along = 2 * (int64_t)(y - m->down) - (g->height - 1);
    struct augment_place p;

    p.x = across * m->cosine + along * m->sine + ((int64_t)(g->width - 1) << 30);
    p.y = along * m->cosine - across * m->sine + ((int64_t)(g->height - 1) << 30);
    return p;
}

/* The four pixels around a place, and how much of each: bilinear. What is outside has the number 0 and the share 0. */
struct augment_taps {
    int at[4];
    float share[4];
};

RANDOM_FUNCTION struct augment_taps augment_taps_at(const struct op_gather *g, bool mirror, struct augment_place p)
{
    const int64_t fraction = ((int64_t)1 << AUGMENT_PLACE_BITS) - 1;
    int y = (int)(p.y >> AUGMENT_PLACE_BITS), x = (int)(p.x >> AUGMENT_PLACE_BITS);
    float down = (float)((p.y & fraction) >> 7) * 0x1p-24f, right = (float)((p.x & fraction) >> 7) * 0x1p-24f;
    struct augment_taps t = { { 0, 0, 0, 0 },
                              { (1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right } };

    for (int k = 0; k < 4; k++) {
        t.at[k] = augment_at(g, mirror, y + k / 2, x + k % 2);
        if (t.at[k] < 0) {
            t.at[k] = 0;
            t.share[k] = 0;
        }
    }
    return t;
}

/* Factors of the colours, and the square that is cut out, clipped to the image. */
struct augment_retouch {
    float brightness, contrast, saturation;
    int top, left, bottom, right;
};

RANDOM_FUNCTION bool augment_recolours(const struct op_retouch *o)
{
    return o->brightness > 0 || o->contrast > 0 || o->saturation > 0;
}

RANDOM_FUNCTION float augment_factor(float amount, uint32_t word)
{
    float low = amount < 1 ? 1 - amount : 0;

    return low + (1 + amount - low) * random_uniform(word);
}

/* Where a square of `side` pixels begins and ends, of which the middle is one of `size` pixels. */
RANDOM_FUNCTION void augment_side(int side, int size, uint32_t word, int *begin, int *end)
{
    int first = (int)((uint64_t)word * (uint32_t)size >> 32) - side / 2, last = first + side;

    *begin = first > 0 ? first : 0;
    *end = last < size ? last : size;
}

/* Of image n of step `step`. */
RANDOM_FUNCTION struct augment_retouch augment_retouch_of(const struct op_retouch *o, uint64_t seed, uint64_t step,
                                                       int64_t n)
{
    struct random_words c = random_block(seed, RANDOM_AUGMENT, AUGMENT_COLOURS, (uint32_t)step, (uint64_t)n);
    struct random_words s = random_block(seed, RANDOM_AUGMENT, AUGMENT_CUT, (uint32_t)step, (uint64_t)n);
    struct augment_retouch r = { augment_factor(o->brightness, c.word[0]), augment_factor(o->contrast, c.word[1]),
                                 augment_factor(o->saturation, c.word[2]), 0, 0, 0, 0 };

    if (o->cutout > 0) {
        augment_side(o->cutout, o->height, s.word[0], &r.top, &r.bottom);
        augment_side(o->cutout, o->width, s.word[1], &r.left, &r.right);
    }
    return r;
}

/* How much of a pixel's grey channel c is. */
RANDOM_FUNCTION float augment_grey(int channels, int c)
{
    if (channels != 3)
        return 1.0f / (float)channels;
    return c == 0 ? 0.2989f : c == 1 ? 0.587f : 0.114f;
}

#endif
