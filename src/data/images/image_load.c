#include "data/images/image_load.h"

#include <stdlib.h>
#include <string.h>

#include "data/images/decoder.h"
#include "data/images/image_cut.h"

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

static struct image_size as_shown(const struct decoder_header *header)
{
    bool transposed = is_transposed(header->orientation);

    return (struct image_size){ .height = transposed ? header->width : header->height,
                                .width = transposed ? header->height : header->width,
                                .grey = header->grey };
}

bool image_measure(const uint8_t *bytes, size_t size, struct image_size *out, struct error *e)
{
    struct decoder_header header;

    if (!open_header(bytes, size, &header, e))
        return false;
    *out = as_shown(&header);
    return true;
}

bool image_check(const uint8_t *bytes, size_t size, struct image_size *out, struct image_scratch *scratch,
                 struct error *e)
{
    struct decoder_header header;
    const struct decoder_class *class = open_header(bytes, size, &header, e);

    if (!class)
        return false;
    const struct image_box whole = { 0, 0, header.height, header.width };

    *out = as_shown(&header);
    return class->decode(bytes, size, &whole, 1, 1, header.grey ? 1 : 3, &scratch->part, e);
}

/* How a stored image is turned to be shown: its rows and columns exchanged, then its bottom or its right side first. As
 * stored. */
static const struct {
    bool transposed, upside_down, mirrored;
} turns[] = {
    [2] = { false, false, true }, [3] = { false, true, true },  [4] = { false, true, false },
    [5] = { true, false, false }, [6] = { true, true, false },  [7] = { true, true, true },
    [8] = { true, false, true },
};

/* Where a part of what is shown is in what is stored, h × w pixels. */
static struct image_box stored(struct image_box box, int orientation, int h, int w)
{
    if (orientation < 2 || orientation > 8)
        return box;
    if (turns[orientation].transposed)
        box = (struct image_box){ box.left, box.top, box.width, box.height };
    if (turns[orientation].upside_down)
        box.top = h - (box.top + box.height);
    if (turns[orientation].mirrored)
        box.left = w - (box.left + box.width);
    return box;
}

/* The part of what is stored that is wanted; it becomes *height × *width pixels, as stored. */
static struct image_box choose(const struct decoder_header *header, const struct image_wanted *wanted,
                               const struct image_draw *draw, int *height, int *width)
{
    const bool transposed = is_transposed(header->orientation);

    *height = transposed ? wanted->width : wanted->height;
    *width = transposed ? wanted->height : wanted->width;
    if (!draw)
        return image_cut_fit(wanted->fit, header->height, header->width, height, width);
    return stored(image_cut_random(draw, transposed ? header->width : header->height,
                                   transposed ? header->height : header->width),
                  header->orientation, header->height, header->width);
}

/* Where a picture of height × width pixels goes in what is wanted; around it there is black. */
static uint8_t *place(const struct image_wanted *wanted, int height, int width, uint8_t *pixels)
{
    const size_t stride = (size_t)wanted->width, channels = (size_t)wanted->channels;

    if (height < wanted->height || width < wanted->width)
        memset(pixels, 0, (size_t)wanted->height * stride * channels);
    return pixels +
           (((size_t)(wanted->height - height) / 2) * stride + (size_t)(wanted->width - width) / 2) * channels;
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

bool image_load(const uint8_t *bytes, size_t size, const struct image_wanted *wanted, const struct image_draw *draw,
                uint8_t *pixels, struct image_scratch *scratch, struct error *e)
{
    struct decoder_header header;
    const struct decoder_class *class = open_header(bytes, size, &header, e);
    int h, w;

    if (!class)
        return false;
    const bool transposed = is_transposed(header.orientation);
    const size_t channels = (size_t)wanted->channels, stride = (size_t)wanted->width;
    struct image_box box = choose(&header, wanted, draw, &h, &w);

    if (!class->decode(bytes, size, &box, h, w, wanted->channels, &scratch->part, e))
        return false;
    box = inside(&scratch->part, &box);

    const int height = transposed ? w : h, width = transposed ? h : w;
    uint8_t *to = place(wanted, height, width, pixels);

    if (header.orientation == 1)
        return resample(&scratch->part, &box, to, h, w, stride * channels, &scratch->resample, e);
    if (!make_turned(scratch, (size_t)h * (size_t)w * channels, e) ||
        !resample(&scratch->part, &box, scratch->turned, h, w, (size_t)w * channels, &scratch->resample, e))
        return false;
    turn(scratch->turned, h, w, wanted->channels, header.orientation, to, height, width, (ptrdiff_t)stride);
    return true;
}

/* With as many channels as are wanted: grey as JPEG's luma, colour with three times the same. */
static void recolour(const uint8_t *from, size_t count, int channels, uint8_t *to, int wanted)
{
    for (size_t i = 0; i < count; i++, from += channels, to += wanted)
        for (int c = 0; c < wanted; c++)
            to[c] = channels >= 3 && wanted == 1 ? (uint8_t)((299 * from[0] + 587 * from[1] + 114 * from[2]) / 1000)
                                                 : from[channels >= 3 ? c : 0];
}

bool image_scale(const uint8_t *from, const struct image_size *size, int channels, const struct image_wanted *wanted,
                 const struct image_draw *draw, uint8_t *pixels, struct image_scratch *scratch, struct error *e)
{
    struct image_part whole = { .height = size->height, .width = size->width, .channels = wanted->channels };
    int height = wanted->height, width = wanted->width;
    struct image_box box = draw ? image_cut_random(draw, size->height, size->width)
                                : image_cut_fit(wanted->fit, size->height, size->width, &height, &width);
    uint8_t *to = place(wanted, height, width, pixels);

    whole.pixels = (uint8_t *)from; /* which is only read */
    if (channels != wanted->channels) {
        if (!decoder_make_room(&scratch->part, size->height, size->width, wanted->channels, e))
            return false;
        recolour(from, (size_t)size->height * (size_t)size->width, channels, scratch->part.pixels, wanted->channels);
        whole.pixels = scratch->part.pixels;
    }
    return resample(&whole, &box, to, height, width, (size_t)wanted->width * (size_t)wanted->channels,
                    &scratch->resample, e);
}

void image_scratch_free(struct image_scratch *scratch)
{
    free(scratch->part.pixels);
    free(scratch->turned);
    resample_free(&scratch->resample);
    *scratch = (struct image_scratch){ 0 };
}
