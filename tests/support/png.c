#include "tests/support/png.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <cairo.h>

static bool has_colours(cairo_surface_t *s)
{
    const unsigned char *first = cairo_image_surface_get_data(s);
    const int stride = cairo_image_surface_get_stride(s), pixel = 4;

    for (int y = 0; y < cairo_image_surface_get_height(s); y++)
        for (int x = 0; x < cairo_image_surface_get_width(s); x++)
            if (memcmp(first, first + y * stride + x * pixel, 3) != 0)
                return true;
    return false;
}

void png_check(const char *path, int width, int height)
{
    cairo_surface_t *s = cairo_image_surface_create_from_png(path);
    const cairo_status_t status = cairo_surface_status(s);
    const bool good = status == CAIRO_STATUS_SUCCESS && cairo_image_surface_get_width(s) == width &&
                      cairo_image_surface_get_height(s) == height && has_colours(s);

    cairo_surface_destroy(s);
    if (!good)
        print_error("%s: no picture of %d x %d (%s)\n", path, width, height, cairo_status_to_string(status));
    assert_true(good);
}
