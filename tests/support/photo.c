#include "tests/support/photo.h"

#include <math.h>
#include <stdio.h>

#include <jpeglib.h>
#include <png.h>

#include "base/path.h"
#include "tests/support/check.h"

uint8_t photo_sample(const struct photo *p, int y, int x, int c)
{
    double phase = 0.7 * p->seed + 2.1 * c;

    return (uint8_t)lround(127.5 + 90 * sin(phase + 3.0 * y / p->height) * cos(phase + 2.0 * x / p->width));
}

/* Where the pixel that is stored at (y, x) is shown. */
static void shown_at(const struct photo *p, int y, int x, int *row, int *column)
{
    int bottom = p->height - 1, right = p->width - 1;

    switch (p->orientation) {
    case 2:
        *row = y, *column = right - x;
        break;
    case 3:
        *row = bottom - y, *column = right - x;
        break;
    case 4:
        *row = bottom - y, *column = x;
        break;
    case 5:
        *row = x, *column = y;
        break;
    case 6:
        *row = x, *column = right - y;
        break;
    case 7:
        *row = bottom - x, *column = right - y;
        break;
    case 8:
        *row = bottom - x, *column = y;
        break;
    default:
        *row = y, *column = x;
        break;
    }
}

static void write_orientation(struct jpeg_compress_struct *file, int orientation)
{
    const uint8_t exif[] = { 'E', 'x', 'i', 'f',  0,    0, 'M', 'M', 0, 42, 0, 0, 0,
                             8,   0,   1,   0x01, 0x12, 0, 3,   0,   0, 0,  1, 0, (uint8_t)orientation,
                             0,   0,   0,   0,    0,    0 };

    jpeg_write_marker(file, JPEG_APP0 + 1, exif, sizeof exif);
}

/* Adobe's inverted inks: all colour is in the first three. */
static void put_pixel(const struct photo *p, int y, int x, uint8_t *to)
{
    for (int c = 0; c < p->channels; c++)
        to[c] = c == 3 ? 255 : photo_sample(p, y, x, c);
}

uint8_t *photo_jpeg(const struct photo *p, size_t *size)
{
    const int turned = p->orientation >= 5, h = turned ? p->width : p->height, w = turned ? p->height : p->width;
    struct jpeg_compress_struct file;
    struct jpeg_error_mgr errors;
    uint8_t *bytes = NULL, *row = malloc((size_t)w * (size_t)p->channels);
    unsigned long length = 0;

    assert_non_null(row);
    file.err = jpeg_std_error(&errors);
    jpeg_create_compress(&file);
    jpeg_mem_dest(&file, &bytes, &length);
    file.image_height = (JDIMENSION)h;
    file.image_width = (JDIMENSION)w;
    file.input_components = p->channels;
    file.in_color_space = p->channels == 1 ? JCS_GRAYSCALE : p->channels == 4 ? JCS_CMYK : JCS_RGB;
    jpeg_set_defaults(&file);
    jpeg_set_quality(&file, 95, TRUE);
    jpeg_start_compress(&file, TRUE);
    if (p->orientation > 0)
        write_orientation(&file, p->orientation);
    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            int shown_row, shown_column;

            shown_at(p, y, x, &shown_row, &shown_column);
            put_pixel(p, shown_row, shown_column, row + x * p->channels);
        }
        jpeg_write_scanlines(&file, &row, 1);
    }
    jpeg_finish_compress(&file);
    jpeg_destroy_compress(&file);
    free(row);
    *size = length;
    return bytes;
}

struct memory_file {
    uint8_t *bytes;
    size_t size, room;
};

static void write_to_memory(png_structp png, png_bytep bytes, size_t size)
{
    struct memory_file *m = png_get_io_ptr(png);

    if (m->size + size > m->room) {
        m->room = 2 * (m->size + size);
        m->bytes = realloc(m->bytes, m->room);
        assert_non_null(m->bytes);
    }
    memcpy(m->bytes + m->size, bytes, size);
    m->size += size;
}

/* A palette of 256 greys, which is what a sample names. */
static void write_palette(png_structp png, png_infop info)
{
    png_color colours[256];

    for (int i = 0; i < 256; i++)
        colours[i] = (png_color){ (png_byte)i, (png_byte)i, (png_byte)i };
    png_set_PLTE(png, info, colours, 256);
}

static int colour_type(const struct photo *p)
{
    return p->palette         ? PNG_COLOR_TYPE_PALETTE
           : p->channels == 1 ? PNG_COLOR_TYPE_GRAY
           : p->channels == 4 ? PNG_COLOR_TYPE_RGB_ALPHA
                              : PNG_COLOR_TYPE_RGB;
}

static void fill_row(const struct photo *p, int y, uint8_t *row)
{
    const int bytes = p->depth == 16 ? 2 : 1;

    for (int x = 0; x < p->width; x++)
        for (int c = 0; c < p->channels; c++) {
            uint8_t sample = c == 3 ? (x < p->width / 2 ? 0 : 255) : photo_sample(p, y, x, c);

            for (int b = 0; b < bytes; b++)
                *row++ = sample; /* ×257 in 16 bits */
        }
}

uint8_t *photo_png(const struct photo *p, size_t *size)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    struct memory_file m = { 0 };
    const int depth = p->depth == 16 ? 16 : 8;
    const size_t stride = (size_t)p->width * (size_t)p->channels * (size_t)(depth / 8);
    uint8_t *pixels = malloc(stride * (size_t)p->height), **rows = malloc((size_t)p->height * sizeof *rows);

    assert_true(png && info && pixels && rows);
    png_set_write_fn(png, &m, write_to_memory, NULL);
    png_set_IHDR(png, info, (png_uint_32)p->width, (png_uint_32)p->height, depth, colour_type(p),
                 p->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (p->palette)
        write_palette(png, info);
    for (int y = 0; y < p->height; y++) {
        rows[y] = pixels + (size_t)y * stride;
        fill_row(p, y, rows[y]);
    }
    png_set_rows(png, info, rows);
    png_write_png(png, info, PNG_TRANSFORM_IDENTITY, NULL);
    png_destroy_write_struct(&png, &info);
    free(pixels);
    free(rows);
    *size = m.size;
    return m.bytes;
}

void photo_write(const struct photo *p, const char *path)
{
    size_t size;
    uint8_t *bytes = path_ends_with(path, ".png") ? photo_png(p, &size) : photo_jpeg(p, &size);
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    free(bytes);
}
