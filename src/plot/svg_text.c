#include "plot/svg_text.h"

#include "base/markup.h"

/* The widths that the picture is laid out by are those of the system's own; these are as wide, or narrower. */
static const char families[] = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif";

static const cairo_user_data_key_t list_key;

bool svg_text_collect(cairo_surface_t *surface, FILE *list)
{
    return cairo_surface_set_user_data(surface, &list_key, list, NULL) == CAIRO_STATUS_SUCCESS;
}

bool svg_text_show(cairo_t *cairo, const struct svg_text_style *style, const char *text)
{
    FILE *list = cairo_surface_get_user_data(cairo_get_target(cairo), &list_key);
    double x, y, red, green, blue, alpha;
    cairo_matrix_t m;

    if (!list)
        return false;
    cairo_get_matrix(cairo, &m);
    cairo_get_current_point(cairo, &x, &y);
    cairo_pattern_get_rgba(cairo_get_source(cairo), &red, &green, &blue, &alpha);
    fprintf(list, "<text transform=\"matrix(%.6g %.6g %.6g %.6g %.6g %.6g)\" x=\"%.6g\" y=\"%.6g\" ", m.xx, m.yx, m.xy,
            m.yy, m.x0, m.y0, x, y);
    fprintf(list, "font-family=\"%s\" font-size=\"%.6g\"%s text-anchor=\"%s\" fill=\"#%02x%02x%02x\">", families,
            style->size, style->bold ? " font-weight=\"bold\"" : "", style->anchor, (unsigned)(red * 255 + 0.5),
            (unsigned)(green * 255 + 0.5), (unsigned)(blue * 255 + 0.5));
    markup_print(list, text);
    fputs("</text>\n", list);
    return true;
}
