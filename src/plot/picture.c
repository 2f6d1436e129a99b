#include "plot/picture.h"

#include <stdio.h>

#include "base/atomic_file.h"

static cairo_status_t write_bytes(void *context, const unsigned char *bytes, unsigned length)
{
    return fwrite(bytes, 1, length, context) == length ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static bool write_surface(cairo_surface_t *surface, const struct atomic_file *file, struct error *e)
{
    FILE *out = fopen(file->temporary, "wbe");

    if (!out)
        return error_set_errno(e, "cannot write %s", file->path);
    cairo_status_t status = cairo_surface_write_to_png_stream(surface, write_bytes, out);
    /* The rest of the buffer is written by the close, which then is what fails. */
    bool closed = fclose(out) == 0;
    if (status == CAIRO_STATUS_WRITE_ERROR || (status == CAIRO_STATUS_SUCCESS && !closed))
        return error_set_errno(e, "cannot write %s", file->path);
    if (status != CAIRO_STATUS_SUCCESS)
        return error_set(e, ERROR_RUN, "cannot write %s: %s", file->path, cairo_status_to_string(status));
    return true;
}

static bool draw_surface(cairo_surface_t *surface, bool (*draw)(void *context, cairo_t *cairo, struct error *e),
                         void *context, struct error *e)
{
    cairo_t *cairo = cairo_create(surface);
    bool drawn = draw(context, cairo, e);
    cairo_status_t status = cairo_status(cairo);

    cairo_destroy(cairo);
    return drawn && (status == CAIRO_STATUS_SUCCESS ||
                     error_set(e, ERROR_RUN, "cannot draw the picture: %s", cairo_status_to_string(status)));
}

bool picture_write_png(const char *path, int width, int height,
                       bool (*draw)(void *context, cairo_t *cairo, struct error *e), void *context, struct error *e)
{
    struct atomic_file file;

    if (!atomic_file_begin(&file, path, e))
        return false;
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
    bool written = draw_surface(surface, draw, context, e) && write_surface(surface, &file, e);

    cairo_surface_destroy(surface);
    if (!written) {
        atomic_file_abandon(&file);
        return false;
    }
    return atomic_file_commit(&file, e);
}
