#include "bench/photographs.h"

#include <stdlib.h>

#include "base/random.h"
#include "data/images/image_encode.h"

enum { RGB = 3, QUALITY = 90 };

/* A value between -1/2 and 1/2 at a point of a grid. */
static float grid(uint32_t number, int octave, int row, int column, int c)
{
    struct random_words r = random_block(number, RANDOM_WEIGHTS, (uint32_t)octave, (uint32_t)row, (uint64_t)column);

    return random_uniform(r.word[c]) - 0.5F;
}

static void add_octave(float *image, int h, int w, int cell, float amplitude, uint32_t number, int octave)
{
    for (int row = 0; row * cell < h; row++)
        for (int column = 0; column * cell < w; column++)
            for (int c = 0; c < RGB; c++) {
                float a = grid(number, octave, row, column, c), b = grid(number, octave, row, column + 1, c);
                float d = grid(number, octave, row + 1, column, c), e = grid(number, octave, row + 1, column + 1, c);

                for (int y = row * cell; y < (row + 1) * cell && y < h; y++)
                    for (int x = column * cell; x < (column + 1) * cell && x < w; x++) {
                        float down = (float)(y - row * cell) / (float)cell;
                        float across = (float)(x - column * cell) / (float)cell;
                        float above = a * (1 - across) + b * across, below = d * (1 - across) + e * across;

                        image[(y * w + x) * RGB + c] += amplitude * (above * (1 - down) + below * down);
                    }
            }
}

static void paint(float *image, int h, int w, int side, int class, uint32_t number)
{
    const float base[RGB] = { 90 + 20.0F * (float)(class % 4), 128, 170 - 15.0F * (float)(class % 4) };
    int octave = 0;

    for (int i = 0; i < h * w * RGB; i++)
        image[i] = base[i % RGB];
    for (int cell = side / 4; cell >= 2; cell /= 2, octave++) {
        float amplitude = cell > 8 ? 130 / (1 + 0.5F * (float)octave) : cell > 4 ? 60 : 120;

        add_octave(image, h, w, cell, amplitude, number, octave);
    }
}

static void to_bytes(const float *image, size_t count, uint8_t *to)
{
    for (size_t i = 0; i < count; i++)
        to[i] = (uint8_t)(image[i] < 0 ? 0 : image[i] > 255 ? 255 : image[i]);
}

uint8_t *photographs_make(int side, int class, uint32_t number, size_t *size)
{
    int h = number % 4 == 3 ? side : side * 3 / 4, w = number % 4 == 3 ? side * 3 / 4 : side;
    size_t count = RGB * (size_t)h * (size_t)w;
    float *image = malloc(count * sizeof *image);
    uint8_t *bytes = malloc(count), *out = NULL;
    struct error ignored;

    if (image && bytes) {
        const struct image_pixels pixels = { .pixels = bytes, .height = h, .width = w, .channels = RGB };

        paint(image, h, w, side, class, number);
        to_bytes(image, count, bytes);
        if (!image_encode_jpeg(&pixels, QUALITY, &out, size, &ignored))
            out = NULL;
    }
    free(image);
    free(bytes);
    return out;
}
