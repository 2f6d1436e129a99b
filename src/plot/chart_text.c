#include "plot/chart_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum { TEXT_SIZE = 256 };

static const double smallest = 0.7, line_height = 1.3;

static void select_font(cairo_t *cairo, const struct chart_font *font)
{
    cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           font->bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, font->size);
    cairo_set_source_rgb(cairo, font->color.red, font->color.green, font->color.blue);
}

static double advance(cairo_t *cairo, const char *text)
{
    cairo_text_extents_t extents;

    cairo_text_extents(cairo, text, &extents);
    return extents.x_advance;
}

double chart_text_width(cairo_t *cairo, const struct chart_font *font, const char *text)
{
    char clean[TEXT_SIZE];

    text_sanitise(clean, sizeof clean, text);
    select_font(cairo, font);
    return advance(cairo, clean);
}

void chart_text_line(cairo_t *cairo, const struct chart_font *font, const char *text, double x, double y,
                     enum chart_align align)
{
    static const double share[] = { [ALIGN_LEFT] = 0, [ALIGN_CENTER] = 0.5, [ALIGN_RIGHT] = 1 };
    char clean[TEXT_SIZE];

    text_sanitise(clean, sizeof clean, text);
    select_font(cairo, font);
    cairo_move_to(cairo, x - share[align] * advance(cairo, clean), y);
    cairo_show_text(cairo, clean);
    cairo_new_path(cairo);
}

void chart_text_upright(cairo_t *cairo, const struct chart_font *font, const char *text, double x, double y)
{
    cairo_save(cairo);
    cairo_translate(cairo, x, y);
    cairo_rotate(cairo, -M_PI / 2);
    chart_text_line(cairo, font, text, 0, 0, ALIGN_CENTER);
    cairo_restore(cairo);
}

/* The bytes of the text that fit into the width, up to a blank where there is one; at least one character, so that
 * wrapping ends. The text is valid UTF-8. */
static size_t fitting(cairo_t *cairo, const char *text, double width)
{
    char part[TEXT_SIZE];
    size_t length = strlen(text), fits = 0, blank = 0;

    for (size_t end = 1; end <= length; end++) {
        bool inside = (text[end] & 0xC0) == 0x80;

        if (inside)
            continue;
        snprintf(part, sizeof part, "%.*s", (int)end, text);
        if (fits > 0 && advance(cairo, part) > width)
            return blank > 0 ? blank : fits;
        fits = end;
        if (text[end] == ' ' || text[end] == '\0')
            blank = end;
    }
    return length;
}

double chart_text_block(cairo_t *cairo, const struct chart_font *font, const char *text, double x, double top,
                        double width)
{
    struct chart_font used = *font;
    char clean[TEXT_SIZE], part[TEXT_SIZE];
    double y = top;

    text_sanitise(clean, sizeof clean, text);
    select_font(cairo, font);
    double natural = advance(cairo, clean);
    used.size *= natural > width ? fmax(width / natural, smallest) : 1;
    select_font(cairo, &used);
    /* Because of hinting, the smaller text may be slightly wider than computed. */
    width *= 1.01;
    for (const char *rest = clean; *rest;) {
        size_t length = fitting(cairo, rest, width);

        snprintf(part, sizeof part, "%.*s", (int)length, rest);
        chart_text_line(cairo, &used, part, x, y + used.size, ALIGN_LEFT);
        y += used.size * line_height;
        rest += length;
        rest += strspn(rest, " ");
    }
    return y - top;
}
