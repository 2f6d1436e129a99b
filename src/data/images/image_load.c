#include "data/images/image_load.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "data/images/decoder.h"

static const struct decoder_class *open_header(const uint8_t *bytes, size_t size, struct decoder_header *out,
                                               struct error *e)
{
    const struct decoder_class *class = decoder_find(bytes, size);

    if (!class) {
        error_set(e, ERROR_INPUT, size == 0 ? "it is empty" : "it is neither JPEG nor PNG");
        return NULL;
    }
    return class->measure(bytes, size, out, e) ? class : NULL;
}

/* Orientations from 5 on have rows and columns exchanged. */
static bool is_transposed(int orientation)
{
    return orientation >= 5;
}

bool image_measure(const uint8_t *bytes, size_t size, struct image_size *out, struct error *e)
{
    struct decoder_header header;

    if (!open_header(bytes, size, &header, e))
        return false;
    bool transposed = is_transposed(header.orientation);

    *out = (struct image_size){ .height = transposed ? header.width : header.height,
                                .width = transposed ? header.height : header.width,
                                .grey = header.grey };
    return true;
}

bool image_check(const uint8_t *bytes, size_t size, struct image_scratch *scratch, struct error *e)
{
    struct decoder_header header;
    const struct decoder_class *class = open_header(bytes, size, &header, e);

    if (!class)
        return false;
    const struct image_box whole = { 0, 0, header.height, header.width };

    return class->decode(bytes, size, &whole, 1, 1, header.grey ? 1 : 3, &scratch->part, e);
}

/* Which part of an image of `h` × `w` pixels is shown, and how large that becomes. Both are in the middle, so that it
 * does not matter how the image is turned. */
static struct image_box choose(enum image_fit fit, int h, int w, int *height, int *width)
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

/* The box in the pixels of what was decoded. */
static struct image_box inside(const struct image_part *part, const struct image_box *box)
{
    return (struct image_box){ box->top * part->scale_down - part->top, box->left * part->scale_across - part->left,
                               box->height * part->scale_down, box->width * part->scale_across };
}

/* Where pixel (0, 0) of what is stored is shown, and how far the next pixel down and across is, in pixels. */
struct turn {
    ptrdiff_t first, down, across;
};

static struct turn turn_of(int orientation, int height, int width, ptrdiff_t stride)
{
    const ptrdiff_t bottom = (height - 1) * stride, right = width - 1;

    switch (orientation) {
    case 2:
        return (struct turn){ right, stride, -1 };
    case 3:
        return (struct turn){ bottom + right, -stride, -1 };
    case 4:
        return (struct turn){ bottom, -stride, 1 };
    case 5:
        return (struct turn){ 0, 1, stride };
    case 6:
        return (struct turn){ right, -1, stride };
    case 7:
        return (struct turn){ bottom + right, -1, -stride };
    case 8:
        return (struct turn){ bottom, 1, -stride };
    default:
        return (struct turn){ 0, stride, 1 };
    }
}

/* Writes the stored pixels [h][w] as they are shown, in height × width pixels. */
static void turn(const uint8_t *from, int h, int w, int channels, int orientation, uint8_t *to, int height, int width,
                 ptrdiff_t stride)
{
    const struct turn t = turn_of(orientation, height, width, stride);

    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            ptrdiff_t at = (t.first + y * t.down + x * t.across) * channels;

            memcpy(to + at, from + ((size_t)y * (size_t)w + (size_t)x) * (size_t)channels, (size_t)channels);
        }
}

static bool make_turned(struct image_scratch *scratch, size_t bytes, struct error *e)
{
    if (bytes <= scratch->turned_room)
        return true;
    uint8_t *larger = realloc(scratch->turned, bytes);

    if (!larger)
        return error_set(e, ERROR_MEMORY, "not enough memory to turn it");
    scratch->turned = larger;
    scratch->turned_room = bytes;
    return true;
}

bool image_load(const uint8_t *bytes, size_t size, const struct image_wanted *wanted, uint8_t *pixels,
                struct image_scratch *scratch, struct error *e)
{
    struct decoder_header header;
    const struct decoder_class *class = open_header(bytes, size, &header, e);

    if (!class)
        return false;
    const bool transposed = is_transposed(header.orientation);
    const size_t channels = (size_t)wanted->channels, stride = (size_t)wanted->width;
    int h = transposed ? wanted->width : wanted->height, w = transposed ? wanted->height : wanted->width;
    struct image_box box = choose(wanted->fit, header.height, header.width, &h, &w);

    if (!class->decode(bytes, size, &box, h, w, wanted->channels, &scratch->part, e))
        return false;
    box = inside(&scratch->part, &box);

    const int height = transposed ? w : h, width = transposed ? h : w;
    uint8_t *to =
        pixels + (((size_t)(wanted->height - height) / 2) * stride + (size_t)(wanted->width - width) / 2) * channels;

    if (wanted->fit == IMAGE_PAD)
        memset(pixels, 0, (size_t)wanted->height * stride * channels);
    if (header.orientation == 1)
        return resample(&scratch->part, &box, to, h, w, stride * channels, &scratch->resample, e);
    if (!make_turned(scratch, (size_t)h * (size_t)w * channels, e) ||
        !resample(&scratch->part, &box, scratch->turned, h, w, (size_t)w * channels, &scratch->resample, e))
        return false;
    turn(scratch->turned, h, w, wanted->channels, header.orientation, to, height, width, (ptrdiff_t)stride);
    return true;
}

void image_scratch_free(struct image_scratch *scratch)
{
    free(scratch->part.pixels);
    free(scratch->turned);
    resample_free(&scratch->resample);
    *scratch = (struct image_scratch){ 0 };
}
