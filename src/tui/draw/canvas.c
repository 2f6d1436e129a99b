#include "tui/draw/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "tui/draw/glyphs.h"
#include "tui/draw/utf8.h"

static const struct cell blank = { ' ', ROLE_NORMAL };

static int at_most(int value, int limit)
{
    return value < limit ? value : limit;
}

static int at_least(int value, int limit)
{
    return value > limit ? value : limit;
}

bool canvas_new(struct canvas *c, int rows, int columns, bool unicode, struct error *e)
{
    *c = (struct canvas){ .rows = rows, .columns = columns, .unicode = unicode, .clip = { 0, 0, rows, columns } };
    c->cells = memory_new((size_t)rows * (size_t)columns, sizeof *c->cells, e);
    if (c->cells == NULL)
        return false;
    canvas_clear(c);
    return true;
}

void canvas_free(struct canvas *c)
{
    free(c->cells);
    *c = (struct canvas){ 0 };
}

struct canvas canvas_part(const struct canvas *c, struct rectangle part)
{
    struct canvas view = *c;
    int top = at_least(part.row, 0), left = at_least(part.column, 0);
    int bottom = at_most(part.row + part.rows, c->clip.rows),
        right = at_most(part.column + part.columns, c->clip.columns);

    view.clip = (struct rectangle){ c->clip.row + top, c->clip.column + left, at_least(bottom - top, 0),
                                    at_least(right - left, 0) };
    return view;
}

static bool inside(const struct canvas *c, int row, int column)
{
    return row >= 0 && row < c->clip.rows && column >= 0 && column < c->clip.columns;
}

static struct cell *cell_at(const struct canvas *c, int row, int column)
{
    return &c->cells[(size_t)(c->clip.row + row) * (size_t)c->columns + (size_t)(c->clip.column + column)];
}

/* Half of a wide character is nothing: what is about to be overwritten takes its other half along, also across the
 * clip's edge. */
static void drop_halves(struct canvas *c, int row, int column)
{
    struct cell *cell = cell_at(c, row, column);
    int x = c->clip.column + column;

    if (cell->character == 0 && x > 0)
        cell[-1].character = ' ';
    if (x + 1 < c->columns && cell[1].character == 0)
        cell[1].character = ' ';
}

/* One shown glyph of known width; false when it does not fit between the clip's edges. */
static bool put_glyph(struct canvas *c, int row, int column, enum role role, uint32_t glyph, int width)
{
    if (!inside(c, row, column) || !inside(c, row, column + width - 1))
        return false;
    for (int i = 0; i < width; i++) {
        drop_halves(c, row, column + i);
        *cell_at(c, row, column + i) = (struct cell){ i == 0 ? glyph : 0, (uint8_t)role };
    }
    return true;
}

void canvas_clear(struct canvas *c)
{
    for (int row = 0; row < c->clip.rows; row++)
        for (int column = 0; column < c->clip.columns; column++) {
            drop_halves(c, row, column);
            *cell_at(c, row, column) = blank;
        }
}

void canvas_put(struct canvas *c, int row, int column, enum role role, uint32_t character)
{
    uint32_t glyph = glyph_shown(character, c->unicode);
    int width = glyph_width(glyph);

    if (width > 0)
        put_glyph(c, row, column, role, glyph, width);
}

int canvas_text(struct canvas *c, int row, int column, enum role role, const char *text)
{
    int start = column;
    uint32_t character;

    while ((character = utf8_next(&text)) != 0) {
        uint32_t glyph = glyph_shown(character, c->unicode);
        int width = glyph_width(glyph);

        if (width == 0)
            continue;
        if (column + width > c->clip.columns) {
            int last = c->clip.columns - 1;

            if (last < start || row < 0 || row >= c->clip.rows)
                return 0;
            put_glyph(c, row, last, role, glyph_shown(0x2026, c->unicode), 1);
            return last + 1 - start;
        }
        put_glyph(c, row, column, role, glyph, width);
        column += width;
    }
    return column - start;
}

int canvas_text_width(const char *text)
{
    uint32_t character;
    int columns = 0;

    while ((character = utf8_next(&text)) != 0)
        columns += glyph_width(glyph_shown(character, true));
    return columns;
}

int canvas_text_right(struct canvas *c, int row, int end, enum role role, const char *text)
{
    struct canvas part = canvas_part(c, (struct rectangle){ row, 0, 1, end });
    int start = at_least(part.clip.columns - canvas_text_width(text), 0);

    canvas_text(&part, 0, start, role, text);
    return start;
}

int canvas_format(struct canvas *c, int row, int column, enum role role, const char *format, ...)
{
    char text[1024]; /* longer than a row of any screen */
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return canvas_text(c, row, column, role, text);
}

static void horizontal(struct canvas *c, int row, const char *title, enum role role, uint32_t left, uint32_t right)
{
    int last = c->clip.columns - 1;

    for (int column = 1; column < last; column++)
        canvas_put(c, row, column, role, 0x2500);
    canvas_put(c, row, 0, role, left);
    canvas_put(c, row, last, role, right);
    if (title != NULL && title[0] != '\0') {
        struct canvas edge = canvas_part(c, (struct rectangle){ row, 1, 1, c->clip.columns - 2 });
        canvas_text(&edge, 0, 0, ROLE_TITLE, title);
    }
}

struct canvas canvas_frame(struct canvas *c, const char *title, bool focus, bool joined, bool open)
{
    enum role role = focus ? ROLE_FRAME_FOCUS : ROLE_FRAME;
    int rows = c->clip.rows, columns = c->clip.columns;

    for (int row = 1; row < rows; row++) {
        canvas_put(c, row, 0, role, 0x2502);
        canvas_put(c, row, columns - 1, role, 0x2502);
    }
    if (!open)
        horizontal(c, rows - 1, NULL, role, 0x2514, 0x2518);
    horizontal(c, 0, title, role, joined ? 0x251C : 0x250C, joined ? 0x2524 : 0x2510);
    return canvas_part(c, (struct rectangle){ 1, 1, rows - (open ? 1 : 2), columns - 2 });
}

struct canvas canvas_box(struct canvas *c, const char *title, bool focus)
{
    return canvas_frame(c, title, focus, false, false);
}

void canvas_line(struct canvas *c, int row, const char *title, bool focus)
{
    horizontal(c, row, title, focus ? ROLE_FRAME_FOCUS : ROLE_FRAME, 0x251C, 0x2524);
}

void canvas_bar(struct canvas *c, int row, int column, int columns, double fraction)
{
    double share = fraction > 0 ? (fraction < 1 ? fraction : 1) : 0; /* what is no number is an empty bar */
    int eighths = (int)(share * columns * 8 + 0.5);

    for (int i = 0; i < columns; i++) {
        int filled = at_most(at_least(eighths - 8 * i, 0), 8);
        uint32_t glyph = c->unicode ? 0x2590u - (uint32_t)filled : (filled >= 4 ? '#' : '.');

        canvas_put(c, row, column + i, ROLE_BAR, filled == 0 && c->unicode ? 0x2581 : glyph);
    }
}

void canvas_role(struct canvas *c, int row, int column, int columns, enum role role)
{
    for (int i = column; i < column + columns; i++)
        if (inside(c, row, i))
            cell_at(c, row, i)->role = (uint8_t)role;
}

void canvas_row_role(struct canvas *c, int row, enum role role)
{
    canvas_role(c, row, 0, c->clip.columns, role);
}

char *canvas_to_text(const struct canvas *c)
{
    size_t room = (size_t)c->clip.rows * ((size_t)c->clip.columns * UTF8_SIZE + 1) + 1;
    char *text = malloc(room), *end = text;

    if (text == NULL)
        return NULL;
    for (int row = 0; row < c->clip.rows; row++) {
        char *kept = end; /* past the last character that is no blank */

        for (int column = 0; column < c->clip.columns; column++) {
            uint32_t character = cell_at(c, row, column)->character;

            if (character == 0)
                continue;
            end += utf8_put(end, character);
            if (character != ' ')
                kept = end;
        }
        end = kept;
        *end++ = '\n';
    }
    *end = '\0';
    return text;
}
