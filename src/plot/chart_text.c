#include "plot/chart_text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "plot/chart_fonts.h"
#include "plot/svg_text.h"

static const double smallest = 0.7, line_height = 1.3;

static void select_font(cairo_t *cairo, const struct chart_font *font)
{
    chart_fonts_prepare();
    cairo_select_font_face(cairo, "sans-serif", CAIRO_FONT_SLANT_NORMAL,
                           font->bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cairo, font->size);
    cairo_set_source_rgb(cairo, font->color.red, font->color.green, font->color.blue);
}

/* A byte of a character that began before it. */
static bool is_inside(const char *c)
{
    return (*c & 0xC0) == 0x80;
}

/* On a node without fonts Cairo draws letters of its own, a font made by calls, which has ASCII alone. */
static void clean_text(cairo_t *cairo, char out[CHART_TEXT_SIZE], const char *text)
{
    static const char dot[] = "·";
    char *to = out;

    text_sanitise(out, CHART_TEXT_SIZE, text);
    if (cairo_scaled_font_get_type(cairo_get_scaled_font(cairo)) != CAIRO_FONT_TYPE_USER)
        return;
    for (const char *from = out; *from;) {
        const bool is_dot = strncmp(from, dot, sizeof dot - 1) == 0, is_ascii = (*from & 0x80) == 0;

        *to++ = is_ascii ? *from : is_dot ? '-' : '?';
        for (from++; is_inside(from);)
            from++;
    }
    *to = '\0';
}

static double advance(cairo_t *cairo, const char *text)
{
    cairo_text_extents_t extents;

    cairo_text_extents(cairo, text, &extents);
    return extents.x_advance;
}

double chart_text_width(cairo_t *cairo, const struct chart_font *font, const char *text)
{
    char clean[CHART_TEXT_SIZE];

    select_font(cairo, font);
    clean_text(cairo, clean, text);
    return advance(cairo, clean);
}

void chart_text_fit(cairo_t *cairo, const struct chart_font *font, const char *text, double width, enum chart_cut cut,
                    char *out)
{
    char clean[CHART_TEXT_SIZE];

    select_font(cairo, font);
    clean_text(cairo, clean, text);
    text_copy(out, CHART_TEXT_SIZE, clean);
    for (size_t length = strlen(clean), lost = 1; out[0] && advance(cairo, out) > width; lost++) {
        const size_t left = lost < length ? length - lost : 0;

        if (left > 0 && is_inside(cut == CUT_BEGINNING ? clean + lost : clean + left))
            continue;
        out[0] = '\0';
        if (left > 0 && cut == CUT_BEGINNING)
            text_append(out, CHART_TEXT_SIZE, "...%s", clean + lost);
        else if (left > 0)
            text_append(out, CHART_TEXT_SIZE, "%.*s...", (int)left, clean);
    }
}

void chart_text_line(cairo_t *cairo, const struct chart_font *font, const char *text, double x, double y,
                     enum chart_align align)
{
    static const struct {
        double share;
        const char *anchor;
    } aligned[] = { [ALIGN_LEFT] = { 0, "start" }, [ALIGN_CENTER] = { 0.5, "middle" }, [ALIGN_RIGHT] = { 1, "end" } };
    char clean[CHART_TEXT_SIZE];

    select_font(cairo, font);
    clean_text(cairo, clean, text);
    cairo_move_to(cairo, x, y);
    if (!svg_text_show(cairo, &(struct svg_text_style){ font->size, font->bold, aligned[align].anchor }, clean)) {
        cairo_move_to(cairo, x - aligned[align].share * advance(cairo, clean), y);
        cairo_show_text(cairo, clean);
    }
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
    char part[CHART_TEXT_SIZE];
    size_t length = strlen(text), fits = 0, blank = 0;

    for (size_t end = 1; end <= length; end++) {
        if (is_inside(text + end))
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
    char clean[CHART_TEXT_SIZE], part[CHART_TEXT_SIZE];
    double y = top;

    select_font(cairo, font);
    clean_text(cairo, clean, text);
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
