/* JPEG, by libjpeg-turbo: images are shrunk while they are decoded, and of the rows and columns only those that are
 * wanted are made. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>
#include <jerror.h>

#include "base/limits.h"
#include "data/images/decoder.h"
#include "data/images/exif.h"

/* A progressive file can have any number of scans, each of which costs time. No encoder makes a tenth of these. */
enum { SCANS_MOST = 200, APP1 = JPEG_APP0 + 1, MARGIN = 2 /* pixels around the box, for the filter */ };
static const long memory_most = 1L << 30;

struct decoding {
    struct jpeg_decompress_struct file;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    jmp_buf failed;
    struct error *e;
};

static void fail(j_common_ptr file)
{
    struct decoding *d = file->client_data;
    char text[JMSG_LENGTH_MAX];

    file->err->format_message(file, text);
    error_set(d->e, ERROR_INPUT, "it is no sound JPEG: %s", text);
    longjmp(d->failed, 1);
}

/* A file that ends early or cannot be decoded any more is only warned of: the library goes on, and makes the rest up.
 * Other warnings, as of bytes between two markers, say nothing of the pixels. */
static void warn(j_common_ptr file, int level)
{
    static const int faults[] = { JWRN_JPEG_EOF, JWRN_HIT_MARKER, JWRN_HUFF_BAD_CODE, JWRN_ARITH_BAD_CODE,
                                  JWRN_MUST_RESYNC };

    for (size_t i = 0; level < 0 && i < sizeof faults / sizeof *faults; i++)
        if (file->err->msg_code == faults[i])
            fail(file);
}

static void watch(j_common_ptr file)
{
    struct decoding *d = file->client_data;

    if (d->file.input_scan_number <= SCANS_MOST)
        return;
    error_set(d->e, ERROR_INPUT, "it has more than %d scans", SCANS_MOST);
    longjmp(d->failed, 1);
}

static void begin(struct decoding *d, const uint8_t *bytes, size_t size)
{
    d->file.err = jpeg_std_error(&d->errors);
    d->errors.error_exit = fail;
    d->errors.emit_message = warn;
    d->file.client_data = d;
    jpeg_create_decompress(&d->file);
    d->file.mem->max_memory_to_use = memory_most;
    d->progress.progress_monitor = watch;
    d->file.progress = &d->progress;
    jpeg_mem_src(&d->file, bytes, size);
    jpeg_save_markers(&d->file, APP1, 0xFFFF);
    jpeg_read_header(&d->file, TRUE);
    if ((uint64_t)d->file.image_height * d->file.image_width > IMAGE_PIXELS_MOST) {
        error_set(d->e, ERROR_INPUT, "it has %u×%u pixels", d->file.image_width, d->file.image_height);
        longjmp(d->failed, 1);
    }
}

static void read_header(struct decoding *d, struct decoder_header *out)
{
    jpeg_saved_marker_ptr marker = d->file.marker_list;

    out->height = (int)d->file.image_height;
    out->width = (int)d->file.image_width;
    out->grey = d->file.jpeg_color_space == JCS_GRAYSCALE;
    out->orientation = 1;
    while (marker && marker->marker != APP1)
        marker = marker->next;
    if (marker)
        out->orientation = exif_orientation(marker->data, marker->data_length);
}

static bool jpeg_measure(const uint8_t *bytes, size_t size, struct decoder_header *out, struct error *e)
{
    struct decoding d = { .e = e };

    if (setjmp(d.failed)) {
        jpeg_destroy_decompress(&d.file);
        return false;
    }
    begin(&d, bytes, size);
    read_header(&d, out);
    jpeg_destroy_decompress(&d.file);
    return true;
}

/* Eighths to shrink to: no further than to the wanted size. Only halvings have fast code in the library. */
static unsigned eighths(const struct image_box *box, int height, int width)
{
    unsigned n = 8;

    while (n > 1 && box->height * (n / 2) / 8 >= height && box->width * (n / 2) / 8 >= width)
        n /= 2;
    return n;
}

/* CMYK as Adobe writes it, inverted, to RGB or grey; in place of the row. */
static void convert_cmyk(const uint8_t *from, uint8_t *to, int width, int channels)
{
    for (int x = 0; x < width; x++) {
        int rgb[3];

        for (int c = 0; c < 3; c++)
            rgb[c] = from[4 * x + c] * from[4 * x + 3] / 255;
        if (channels == 1)
            to[x] = (uint8_t)((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2]) / 1000);
        else
            for (int c = 0; c < 3; c++)
                to[3 * x + c] = (uint8_t)rgb[c];
    }
}

static void choose_colours(struct jpeg_decompress_struct *file, int channels)
{
    bool cmyk = file->jpeg_color_space == JCS_CMYK || file->jpeg_color_space == JCS_YCCK;

    file->out_color_space = cmyk ? JCS_CMYK : channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
}

/* Leaves out the columns and rows that are not needed; how many rows are. */
static unsigned leave_out(struct jpeg_decompress_struct *file, const struct image_box *box, struct image_part *out)
{
    double down = (double)file->output_height / file->image_height;
    double across = (double)file->output_width / file->image_width;
    int top = int_max((int)(box->top * down) - MARGIN, 0), left = int_max((int)(box->left * across) - MARGIN, 0);
    int bottom = int_min((int)((box->top + box->height) * down) + 1 + MARGIN, (int)file->output_height);
    int right = int_min((int)((box->left + box->width) * across) + 1 + MARGIN, (int)file->output_width);
    JDIMENSION first = (JDIMENSION)left, width = (JDIMENSION)(right - left);

    if (width < file->output_width)
        jpeg_crop_scanline(file, &first, &width);
    if (top > 0)
        top = (int)jpeg_skip_scanlines(file, (JDIMENSION)top);
    out->top = top;
    out->left = width < file->output_width || first > 0 ? (int)first : 0;
    out->scale_down = down;
    out->scale_across = across;
    return (unsigned)(bottom - top);
}

static bool read_rows(struct decoding *d, int channels, unsigned rows, struct image_part *out)
{
    struct jpeg_decompress_struct *file = &d->file;
    const size_t stride = (size_t)file->output_width * (size_t)file->output_components;
    bool cmyk = file->out_color_space == JCS_CMYK;

    /* Of CMYK a row needs more than in the end, so that the last row has room behind it. */
    if (!decoder_make_room(out, (int)rows + cmyk, (int)file->output_width, int_max(channels, (int)(cmyk ? 4 : 1)),
                           d->e))
        return false;
    out->height = (int)rows;
    out->channels = channels;
    for (unsigned y = 0; y < rows; y++) {
        JSAMPROW row = out->pixels + y * (cmyk ? (size_t)file->output_width * (size_t)channels : stride);

        jpeg_read_scanlines(file, &row, 1);
        if (cmyk)
            convert_cmyk(row, row, (int)file->output_width, channels);
    }
    return true;
}

static bool decode_into(struct decoding *d, const struct image_box *box, int height, int width, int channels,
                        struct image_part *out)
{
    struct jpeg_decompress_struct *file = &d->file;

    file->scale_num = eighths(box, height, width);
    file->scale_denom = 8;
    choose_colours(file, channels);
    jpeg_start_decompress(file);
    unsigned rows = leave_out(file, box, out);

    if (!read_rows(d, channels, rows, out))
        return false;
    /* The rest is not decoded: a fault there does no harm. */
    jpeg_abort_decompress(file);
    return true;
}

static bool jpeg_decode(const uint8_t *bytes, size_t size, const struct image_box *box, int height, int width,
                        int channels, struct image_part *out, struct error *e)
{
    struct decoding d = { .e = e };

    if (setjmp(d.failed)) {
        jpeg_destroy_decompress(&d.file);
        return false;
    }
    begin(&d, bytes, size);
    bool good = decode_into(&d, box, height, width, channels, out);

    jpeg_destroy_decompress(&d.file);
    return good;
}

static const char *const suffixes[] = { ".jpg", ".jpeg", ".jpe", NULL };

DECODER_CLASS(jpeg) = {
    .name = "JPEG",
    .magic = "\xFF\xD8\xFF",
    .magic_size = 3,
    .suffixes = suffixes,
    .measure = jpeg_measure,
    .decode = jpeg_decode,
};
