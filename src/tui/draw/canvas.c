#include "tui/draw/canvas.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "tui/draw/utf8.h"

enum { LINE_SIZE = 512 }; /* bytes of a paragraph's row */

static const struct cell blank = { .character = ' ', .role = ROLE_NORMAL };

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
    int top = int_max(part.row, 0), left = int_max(part.column, 0);
    int bottom = int_min(part.row + part.rows, c->clip.rows);
    int right = int_min(part.column + part.columns, c->clip.columns);

    view.clip = (struct rectangle){ c->clip.row + top, c->clip.column + left, int_max(bottom - top, 0),
                                    int_max(right - left, 0) };
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

/* A wide character is never halved: before a cell is overwritten, the other half of what it holds is blanked, even
 * across the clip's edge. */
static void drop_halves(struct canvas *c, int row, int column)
{
    struct cell *cell = cell_at(c, row, column);
    int x = c->clip.column + column;

    if (cell->character == 0 && x > 0)
        cell[-1].character = ' ';
    if (x + 1 < c->columns && cell[1].character == 0)
        cell[1].character = ' ';
}

/* False when the glyph does not fit inside the clip. */
static bool put_glyph(struct canvas *c, int row, int column, enum role role, uint32_t glyph, int width)
{
    if (!inside(c, row, column) || !inside(c, row, column + width - 1))
        return false;
    for (int i = 0; i < width; i++) {
        drop_halves(c, row, column + i);
        *cell_at(c, row, column + i) = (struct cell){ .character = i == 0 ? glyph : 0, .role = (uint8_t)role };
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
    uint32_t glyph = utf8_shown(character, c->unicode);
    int width = utf8_width(glyph);

    if (width > 0)
        put_glyph(c, row, column, role, glyph, width);
}

void canvas_pixels(struct canvas *c, int row, int column, const uint8_t above[3], const uint8_t below[3])
{
    const uint32_t upper_half = 0x2580;
    struct cell *cell;

    if (!put_glyph(c, row, column, ROLE_PIXELS, upper_half, 1))
        return;
    cell = cell_at(c, row, column);
    memcpy(cell->ink, above, sizeof cell->ink);
    memcpy(cell->ground, below, sizeof cell->ground);
}

int canvas_text(struct canvas *c, int row, int column, enum role role, const char *text)
{
    int start = column;
    uint32_t character;

    while ((character = utf8_next(&text)) != 0) {
        uint32_t glyph = utf8_shown(character, c->unicode);
        int width = utf8_width(glyph);

        if (width == 0)
            continue;
        if (column + width > c->clip.columns) {
            int last = c->clip.columns - 1;

            if (last < start || row < 0 || row >= c->clip.rows)
                return 0;
            put_glyph(c, row, last, role, utf8_shown(0x2026, c->unicode), 1);
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
        columns += utf8_width(utf8_shown(character, true));
    return columns;
}

void canvas_fit_parts(char *text, int columns, const char *between)
{
    while (canvas_text_width(text) > columns) {
        char *last = NULL, *next;

        for (char *at = text; (next = strstr(at, between)) != NULL; at = next + strlen(between))
            last = next;
        if (last == NULL)
            return;
        *last = '\0';
    }
}

int canvas_parts(struct canvas *c, int row, int column, enum role role, const char *text, const char *between)
{
    char kept[LINE_SIZE];

    snprintf(kept, sizeof kept, "%s", text);
    canvas_fit_parts(kept, c->clip.columns - column, between);
    return canvas_text(c, row, column, role, kept);
}

int canvas_text_right(struct canvas *c, int row, int end, enum role role, const char *text)
{
    struct canvas part = canvas_part(c, (struct rectangle){ row, 0, 1, end });
    int start = int_max(part.clip.columns - canvas_text_width(text), 0);

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

/* Copies what fits on a row from the front of the text into `line`; returns the rest, or NULL when there is none. A
 * word that is longer than a row is cut. */
static const char *break_line(const char *text, int columns, char line[LINE_SIZE])
{
    size_t used = 0, fits = 0, last_blank = 0;

    while (text[used] != '\0' && text[used] != '\n' && used < LINE_SIZE - 5) {
        size_t next = used + 1;

        while (((unsigned char)text[next] & 0xC0) == 0x80)
            next++;
        memcpy(line, text, next);
        line[next] = '\0';
        if (canvas_text_width(line) > columns)
            break;
        if (text[used] == ' ')
            last_blank = used;
        used = fits = next;
    }
    if (text[used] != '\0' && text[used] != '\n' && text[used] != ' ' && last_blank > 0)
        fits = last_blank;
    if (fits == 0 && text[0] != '\0' && text[0] != '\n')
        fits = 1;
    memcpy(line, text, fits);
    line[fits] = '\0';
    text += fits;
    if (*text == ' ' || *text == '\n')
        text++;
    return *text != '\0' ? text : NULL;
}

int canvas_paragraph_rows(const char *text, int columns)
{
    char line[LINE_SIZE];
    int rows = 0;

    for (; text; rows++)
        text = break_line(text, columns, line);
    return rows;
}

void canvas_paragraph(struct canvas *c, int row, enum role role, const char *text)
{
    char line[LINE_SIZE];

    for (; text && row < c->clip.rows; row++) {
        const char *rest = break_line(text, c->clip.columns, line);
        bool cut = rest && row == c->clip.rows - 1;

        canvas_text(c, row, 0, role, cut ? text : line);
        text = rest;
    }
}

int canvas_labelled(struct canvas *c, int row, int column, const char *label, enum role role, const char *text)
{
    struct rectangle place = { row, column, c->clip.rows - row, c->clip.columns - column };
    struct canvas part = canvas_part(c, place);

    canvas_text(c, row, 0, ROLE_DIM, label);
    canvas_paragraph(&part, 0, role, text);
    return row + int_max(canvas_paragraph_rows(text, part.clip.columns), 1);
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
