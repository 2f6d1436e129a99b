#include "data/images/image_cut.h"

#include <math.h>

#include "base/limits.h"
#include "base/random.h"

struct image_box image_cut_fit(enum image_fit fit, int h, int w, int *height, int *width)
{
    struct image_box box = { 0, 0, h, w };
    double down = (double)*height / h, across = (double)*width / w;

    switch (fit) {
    case IMAGE_CROP:
        box.height = *height / fmax(down, across);
        box.width = *width / fmax(down, across);
        box.top = (h - box.height) / 2;
        box.left = (w - box.width) / 2;
        break;
    case IMAGE_PAD:
        *height = int_clamp((int)lround(h * fmin(down, across)), 1, *height);
        *width = int_clamp((int)lround(w * fmin(down, across)), 1, *width);
        break;
    case IMAGE_STRETCH:
        break;
    }
    return box;
}

/* In [low, high). */
static double between(double low, double high, uint32_t word)
{
    return low + (high - low) * (double)random_uniform(word);
}

/* 0..room, each as likely as the others. */
static int place(int room, uint32_t word)
{
    return (int)((uint64_t)word * ((uint64_t)room + 1) >> 32);
}

static struct image_box middle(int h, int w, double widest)
{
    struct image_box box = { 0, 0, h, w };

    if (w > h * widest)
        box.width = round(h * widest);
    else if (h > w * widest)
        box.height = round(w * widest);
    box.top = floor((h - box.height) / 2);
    box.left = floor((w - box.width) / 2);
    return box;
}

struct image_box image_cut_random(const struct image_draw *draw, int h, int w)
{
    enum { TRIES = 10 };
    const double least = 0.08, widest = 4.0 / 3;

    for (uint32_t try = 0; try < TRIES; try++) {
        struct random_words r =
            random_block(draw->seed, RANDOM_CROP, 0, draw->epoch, (uint64_t)draw->image * TRIES + try);
        double area = (double)h * w * between(least, 1, r.word[0]);
        double ratio = exp(between(-log(widest), log(widest), r.word[1]));
        int width = (int)lround(sqrt(area * ratio)), height = (int)lround(sqrt(area / ratio));

        if (width >= 1 && width <= w && height >= 1 && height <= h)
            return (struct image_box){ place(h - height, r.word[2]), place(w - width, r.word[3]), height, width };
    }
    return middle(h, w, widest);
}
