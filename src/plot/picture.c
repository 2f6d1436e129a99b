#include "plot/picture.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "base/atomic_file.h"
#include "base/markup.h"
#include "base/path.h"
#include "base/text.h"
#include "plot/svg_text.h"

static const double points_an_inch = 72, usual_dpi = 96, inches_a_metre = 1 / 0.0254;

/* What a format's file is made of, in memory. */
struct output {
    const struct picture *picture;
    const struct picture_form *form;
    FILE *out;
};

static cairo_status_t write_bytes(void *out, const unsigned char *bytes, unsigned length)
{
    return fwrite(bytes, 1, length, out) == length ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static bool no_memory(struct error *e)
{
    return error_set(e, ERROR_MEMORY, "no memory for the picture");
}

static bool check(cairo_status_t status, struct error *e)
{
    return status == CAIRO_STATUS_SUCCESS || error_set(e, status == CAIRO_STATUS_NO_MEMORY ? ERROR_MEMORY : ERROR_RUN,
                                                       "cannot draw the picture: %s", cairo_status_to_string(status));
}

/* Draws on a surface of which so many units are a pixel. */
static bool draw(const struct output *o, cairo_surface_t *surface, double scale, struct error *e)
{
    cairo_t *cairo = cairo_create(surface);

    cairo_scale(cairo, scale, scale);
    bool drawn = o->picture->draw(o->picture->what, cairo, o->form, e) && check(cairo_status(cairo), e);
    cairo_destroy(cairo);
    return drawn;
}

static void put_word(unsigned char to[4], unsigned long value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (unsigned char)(value >> (24 - 8 * i));
}

/* The chunk that tells how large a pixel is: length, "pHYs", pixels a metre across and down, unit 1 (metre), sum. */
static void make_phys(unsigned char chunk[21], double dpi)
{
    const unsigned long metre = (unsigned long)lround(dpi * inches_a_metre);

    put_word(chunk, 9);
    memcpy(chunk + 4, "pHYs", 4);
    put_word(chunk + 8, metre);
    put_word(chunk + 12, metre);
    chunk[16] = 1;
    put_word(chunk + 17, crc32(0, chunk + 4, 13));
}

/* Cairo does not write that chunk; its place is behind the signature and the first chunk, which have 33 bytes. */
struct png_stream {
    FILE *out;
    double dpi;
    size_t written;
};

static cairo_status_t write_png_bytes(void *context, const unsigned char *bytes, unsigned length)
{
    enum { HEAD = 33 };
    struct png_stream *s = context;
    unsigned before = s->written < HEAD ? (unsigned)fmin((double)(HEAD - s->written), length) : 0;
    cairo_status_t status = write_bytes(s->out, bytes, before);

    s->written += before;
    if (before > 0 && s->written == HEAD && s->dpi > 0 && status == CAIRO_STATUS_SUCCESS) {
        unsigned char chunk[21];

        make_phys(chunk, s->dpi);
        status = write_bytes(s->out, chunk, sizeof chunk);
    }
    return status == CAIRO_STATUS_SUCCESS ? write_bytes(s->out, bytes + before, length - before) : status;
}

static bool write_png(const struct output *o, struct error *e)
{
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, o->form->width, o->form->height);
    struct png_stream stream = { o->out, o->form->dpi, 0 };
    bool written =
        draw(o, surface, 1, e) && check(cairo_surface_write_to_png_stream(surface, write_png_bytes, &stream), e);

    cairo_surface_destroy(surface);
    return written;
}

static double points(const struct picture_form *form)
{
    return points_an_inch / (form->dpi > 0 ? form->dpi : usual_dpi);
}

static bool write_pdf(const struct output *o, struct error *e)
{
    const double scale = points(o->form);
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(write_bytes, o->out, o->form->width * scale, o->form->height * scale);
    char title[256];

    text_sanitise(title, sizeof title, o->picture->title ? o->picture->title : "");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "cuvette");
    bool drawn = draw(o, surface, scale, e);
    cairo_surface_finish(surface);
    drawn = drawn && check(cairo_surface_status(surface), e);
    cairo_surface_destroy(surface);
    return drawn;
}

/* Cairo's drawing without its last tag, the texts, and the tag. */
static void put_together(const struct output *o, const char *lines, size_t size, const char *texts)
{
    static const char begin[] = "<svg ", end[] = "</svg>";
    const char *root = strstr(lines, begin), *inside = root ? strchr(root, '>') : NULL;
    size_t kept = size;

    while (kept > 0 && strncmp(lines + kept, end, sizeof end - 1) != 0)
        kept--;
    if (!inside || kept == 0)
        return;
    fwrite(lines, 1, (size_t)(inside + 1 - lines), o->out);
    if (o->picture->title) {
        fputs("\n<title>", o->out);
        markup_print(o->out, o->picture->title);
        fputs("</title>", o->out);
    }
    fwrite(inside + 1, 1, (size_t)(lines + kept - (inside + 1)), o->out);
    fprintf(o->out, "%s%s\n", texts, end);
}

static bool draw_svg(const struct output *o, FILE *lines, FILE *texts, struct error *e)
{
    const double scale = points(o->form);
    cairo_surface_t *surface =
        cairo_svg_surface_create_for_stream(write_bytes, lines, o->form->width * scale, o->form->height * scale);
    bool drawn = (svg_text_collect(surface, texts) || no_memory(e)) && draw(o, surface, scale, e);

    cairo_surface_finish(surface);
    drawn = drawn && check(cairo_surface_status(surface), e);
    cairo_surface_destroy(surface);
    return drawn;
}

static bool close_stream(FILE *stream, struct error *e)
{
    const bool whole = !ferror(stream);

    return (fclose(stream) == 0 && whole) || no_memory(e);
}

static bool write_svg(const struct output *o, struct error *e)
{
    char *lines = NULL, *texts = NULL;
    size_t size = 0, texts_size = 0;
    FILE *of_lines = open_memstream(&lines, &size), *of_texts = open_memstream(&texts, &texts_size);
    bool good = of_lines && of_texts ? draw_svg(o, of_lines, of_texts, e) : no_memory(e);

    good = (!of_lines || close_stream(of_lines, e)) && good;
    good = (!of_texts || close_stream(of_texts, e)) && good;
    good = good && ((lines && texts) || no_memory(e));
    if (good)
        put_together(o, lines, size, texts);
    free(lines);
    free(texts);
    return good;
}

static bool write_csv(const struct output *o, struct error *e)
{
    if (!o->picture->table)
        return error_set(e, ERROR_USAGE, "this picture has no numbers to write as a table");
    o->picture->table(o->picture->what, o->out);
    return true;
}

static bool (*const writers[PICTURE_FORMAT_COUNT])(const struct output *o, struct error *e) = {
#define WRITER(position, name, help) [PICTURE_##position] = write_##name,
    PICTURE_FORMATS(WRITER)
#undef WRITER
};

const char *const picture_format_names[] = {
#define NAME(position, name, help) [PICTURE_##position] = #name,
    PICTURE_FORMATS(NAME)
#undef NAME
    [PICTURE_FORMAT_COUNT] = NULL,
};

bool picture_format_of(const char *path, enum picture_format *out, struct error *e)
{
    char known[64] = "", ending[8];

    for (int i = 0; i < PICTURE_FORMAT_COUNT; i++) {
        snprintf(ending, sizeof ending, ".%s", picture_format_names[i]);
        text_append(known, sizeof known, "%s%s", i == 0 ? "" : i < PICTURE_FORMAT_COUNT - 1 ? ", " : " or ", ending);
        if (path_ends_with(path, ending)) {
            *out = (enum picture_format)i;
            return true;
        }
    }
    return error_set(e, ERROR_USAGE, "a picture's file ends with %s, not '%.200s'", known, path);
}

char *picture_bytes(const struct picture *p, enum picture_format format, const struct picture_form *form, size_t *size,
                    struct error *e)
{
    char *bytes = NULL;
    struct output o = { .picture = p, .form = form };

    if (form->width < 1 || form->width > PICTURE_SIDE_MAX || form->height < 1 || form->height > PICTURE_SIDE_MAX) {
        error_set(e, ERROR_USAGE, "a picture of %d×%d is not possible: each side takes 1..%d pixels", form->width,
                  form->height, PICTURE_SIDE_MAX);
        return NULL;
    }
    o.out = open_memstream(&bytes, size);
    bool good = o.out ? writers[format](&o, e) : no_memory(e);

    good = (!o.out || close_stream(o.out, e)) && good;
    if (good && *size > 0)
        return bytes;
    free(bytes);
    if (good)
        no_memory(e);
    return NULL;
}

bool picture_write(const struct picture *p, enum picture_format format, const struct picture_form *form,
                   const char *path, struct error *e)
{
    size_t size;
    char *bytes = picture_bytes(p, format, form, &size, e);
    bool written = bytes && atomic_file_write(path, bytes, size, e);

    free(bytes);
    return written;
}
