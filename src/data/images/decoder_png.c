/* PNG, by libpng: palettes, 16 bits, interlaced files and transparency, which becomes white. Gamma is left alone, as
 * training programs do. */
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "data/images/decoder.h"

/* A chunk that is not of the pixels, as a text, may be compressed; so many bytes of it are kept, at most. */
enum { CHUNK_MOST = 1 << 20 };

struct decoding {
    png_structp png;
    png_infop info;
    const uint8_t *bytes;
    size_t left;
    png_bytep *rows;
    struct error *e;
};

static void fail(png_structp png, png_const_charp text)
{
    const struct decoding *d = png_get_error_ptr(png);

    error_set(d->e, ERROR_INPUT, "it is no sound PNG: %s", text);
    png_longjmp(png, 1);
}

/* Warnings are of chunks that are not of the pixels. */
static void ignore(png_structp png, png_const_charp text)
{
    (void)png, (void)text;
}

static void read_bytes(png_structp png, png_bytep to, size_t size)
{
    struct decoding *d = png_get_io_ptr(png);

    if (size > d->left)
        png_error(png, "it is cut short");
    memcpy(to, d->bytes, size);
    d->bytes += size;
    d->left -= size;
}

static void end(struct decoding *d)
{
    png_destroy_read_struct(&d->png, &d->info, NULL);
    free(d->rows);
}

static bool begin(struct decoding *d, const uint8_t *bytes, size_t size, struct error *e)
{
    *d = (struct decoding){ .bytes = bytes, .left = size, .e = e };
    d->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, d, fail, ignore);
    d->info = d->png ? png_create_info_struct(d->png) : NULL;
    if (d->info)
        return true;
    end(d);
    return error_set(e, ERROR_MEMORY, "not enough memory for it");
}

static void read_header(struct decoding *d, struct decoder_header *out)
{
    png_set_read_fn(d->png, d, read_bytes);
    png_set_chunk_malloc_max(d->png, CHUNK_MOST);
    png_set_user_limits(d->png, INT32_MAX, INT32_MAX);
    png_read_info(d->png, d->info);
    *out = (struct decoder_header){ .height = (int)png_get_image_height(d->png, d->info),
                                    .width = (int)png_get_image_width(d->png, d->info),
                                    .grey = !(png_get_color_type(d->png, d->info) & PNG_COLOR_MASK_COLOR),
                                    .orientation = 1 };
    if ((uint64_t)out->height * (uint64_t)out->width > IMAGE_PIXELS_MOST) {
        error_set(d->e, ERROR_INPUT, "it has %d×%d pixels", out->width, out->height);
        png_longjmp(d->png, 1);
    }
}

static bool png_measure(const uint8_t *bytes, size_t size, struct decoder_header *out, struct error *e)
{
    struct decoding d;

    if (!begin(&d, bytes, size, e))
        return false;
    if (setjmp(png_jmpbuf(d.png))) {
        end(&d);
        return false;
    }
    read_header(&d, out);
    end(&d);
    return true;
}

/* What is stored in any way becomes 8 bits of grey or RGB. */
static void ask_for_bytes(struct decoding *d, bool grey)
{
    const png_color_16 white = { 0, 65535, 65535, 65535, 65535 };
    bool transparent =
        (png_get_color_type(d->png, d->info) & PNG_COLOR_MASK_ALPHA) || png_get_valid(d->png, d->info, PNG_INFO_tRNS);

    png_set_expand(d->png);
    png_set_scale_16(d->png);
    if (!grey)
        png_set_gray_to_rgb(d->png);
    if (transparent)
        png_set_background_fixed(d->png, &white, PNG_BACKGROUND_GAMMA_SCREEN, 0, 0);
    png_set_interlace_handling(d->png);
    png_read_update_info(d->png, d->info);
}

/* With JPEG's weights of the colours, so that grey images of both kinds look alike. In place. */
static void make_grey(struct image_part *part)
{
    const size_t count = (size_t)part->height * (size_t)part->width;

    for (size_t i = 0; i < count; i++) {
        const uint8_t *rgb = part->pixels + 3 * i;

        part->pixels[i] = (uint8_t)((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
    }
    part->channels = 1;
}

static bool read_rows(struct decoding *d, const struct decoder_header *header, int channels, struct image_part *out)
{
    const bool grey = channels == 1 && header->grey;
    const int stored = grey ? 1 : 3;

    ask_for_bytes(d, grey);
    if (png_get_rowbytes(d->png, d->info) != (size_t)header->width * (size_t)stored)
        return error_set(d->e, ERROR_INPUT, "it is a PNG of a kind that is not read");
    d->rows = malloc((size_t)header->height * sizeof *d->rows);
    if (!d->rows)
        return error_set(d->e, ERROR_MEMORY, "not enough memory for its %d rows", header->height);
    if (!decoder_make_room(out, header->height, header->width, stored, d->e))
        return false;
    for (int y = 0; y < header->height; y++)
        d->rows[y] = out->pixels + (size_t)y * (size_t)header->width * (size_t)stored;
    png_read_image(d->png, d->rows);
    png_read_end(d->png, NULL); /* compares the checksums */
    return true;
}

static bool png_decode(const uint8_t *bytes, size_t size, const struct image_box *box, int height, int width,
                       int channels, struct image_part *out, struct error *e)
{
    struct decoder_header header;
    struct decoding d;

    (void)box, (void)height, (void)width; /* rows cannot be left out */
    if (!begin(&d, bytes, size, e))
        return false;
    if (setjmp(png_jmpbuf(d.png))) {
        end(&d);
        return false;
    }
    read_header(&d, &header);
    bool good = read_rows(&d, &header, channels, out);

    end(&d);
    if (!good)
        return false;
    if (out->channels > channels)
        make_grey(out);
    out->top = out->left = 0;
    out->scale_down = out->scale_across = 1;
    return true;
}

static const char *const suffixes[] = { ".png", NULL };

DECODER_CLASS(png) = {
    .name = "PNG",
    .magic = "\x89PNG\r\n\x1a\n",
    .magic_size = 8,
    .suffixes = suffixes,
    .measure = png_measure,
    .decode = png_decode,
};
