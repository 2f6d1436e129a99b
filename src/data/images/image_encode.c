#include "data/images/image_encode.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include "base/limits.h"

struct encoding {
    struct jpeg_compress_struct file;
    struct jpeg_error_mgr errors;
    jmp_buf failed;
    struct error *e;
    unsigned char *bytes;
    unsigned long size;
};

static void fail_jpeg(j_common_ptr file)
{
    struct encoding *encoding = file->client_data;
    char text[JMSG_LENGTH_MAX];

    file->err->format_message(file, text);
    error_set(encoding->e, ERROR_MEMORY, "it cannot be written as JPEG: %s", text);
    longjmp(encoding->failed, 1);
}

static void say_nothing(j_common_ptr file, int level)
{
    (void)file, (void)level;
}

static void write_jpeg(struct encoding *encoding, const struct image_pixels *from, int quality)
{
    struct jpeg_compress_struct *file = &encoding->file;
    const size_t stride = (size_t)from->width * (size_t)from->channels;

    file->image_width = (JDIMENSION)from->width;
    file->image_height = (JDIMENSION)from->height;
    file->input_components = from->channels;
    file->in_color_space = from->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(file);
    jpeg_set_quality(file, quality, TRUE);
    jpeg_start_compress(file, TRUE);
    while (file->next_scanline < file->image_height) {
        JSAMPROW row = (JSAMPROW)(from->pixels + file->next_scanline * stride);

        jpeg_write_scanlines(file, &row, 1);
    }
    jpeg_finish_compress(file);
}

bool image_encode_jpeg(const struct image_pixels *from, int quality, uint8_t **out, size_t *size, struct error *e)
{
    struct encoding encoding = { .e = e };

    encoding.file.err = jpeg_std_error(&encoding.errors);
    encoding.errors.error_exit = fail_jpeg;
    encoding.errors.emit_message = say_nothing;
    encoding.file.client_data = &encoding;
    if (setjmp(encoding.failed)) {
        jpeg_destroy_compress(&encoding.file);
        free(encoding.bytes);
        return false;
    }
    jpeg_create_compress(&encoding.file);
    jpeg_mem_dest(&encoding.file, &encoding.bytes, &encoding.size);
    write_jpeg(&encoding, from, quality);
    jpeg_destroy_compress(&encoding.file);
    *out = encoding.bytes;
    *size = encoding.size;
    return true;
}

struct png_bytes {
    uint8_t *bytes;
    size_t size, room;
    struct error *e;
};

static void fail_png(png_structp png, png_const_charp text)
{
    const struct png_bytes *to = png_get_error_ptr(png);

    error_set(to->e, ERROR_MEMORY, "it cannot be written as PNG: %s", text);
    png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp text)
{
    (void)png, (void)text;
}

static void append(png_structp png, png_bytep bytes, size_t size)
{
    struct png_bytes *to = png_get_io_ptr(png);

    if (to->size + size > to->room) {
        size_t room = size_max(2 * to->room, to->size + size);
        uint8_t *larger = realloc(to->bytes, room);

        if (!larger)
            png_error(png, "not enough memory");
        to->bytes = larger;
        to->room = room;
    }
    memcpy(to->bytes + to->size, bytes, size);
    to->size += size;
}

static void no_flush(png_structp png)
{
    (void)png;
}

static void write_png(png_structp png, png_infop info, const struct image_pixels *from)
{
    const size_t stride = (size_t)from->width * (size_t)from->channels;

    png_set_IHDR(png, info, (png_uint_32)from->width, (png_uint_32)from->height, 8,
                 from->channels == 1 ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_write_info(png, info);
    for (int y = 0; y < from->height; y++)
        png_write_row(png, (png_const_bytep)(from->pixels + (size_t)y * stride));
    png_write_end(png, info);
}

bool image_encode_png(const struct image_pixels *from, uint8_t **out, size_t *size, struct error *e)
{
    struct png_bytes to = { .e = e };
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &to, fail_png, ignore);
    png_infop info = png ? png_create_info_struct(png) : NULL;

    if (!info) {
        png_destroy_write_struct(&png, NULL);
        return error_set(e, ERROR_MEMORY, "not enough memory to write it as PNG");
    }
    png_set_write_fn(png, &to, append, no_flush);
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_write_struct(&png, &info);
        free(to.bytes);
        return false;
    }
    write_png(png, info, from);
    png_destroy_write_struct(&png, &info);
    *out = to.bytes;
    *size = to.size;
    return true;
}
