#include "tui/draw/paragraph.h"

#include <string.h>

enum { LINE_SIZE = 512 };

/* Takes one row's worth of text off the front into `line`; returns the rest, or NULL when there is none. A word longer
 * than a row is cut. */
static const char *take_line(const char *text, int columns, char line[LINE_SIZE])
{
    size_t used = 0, fits = 0, blank = 0;

    while (text[used] != '\0' && text[used] != '\n' && used < LINE_SIZE - 5) {
        size_t next = used + 1;

        while (((unsigned char)text[next] & 0xC0) == 0x80)
            next++;
        memcpy(line, text, next);
        line[next] = '\0';
        if (canvas_text_width(line) > columns)
            break;
        if (text[used] == ' ')
            blank = used;
        used = fits = next;
    }
    if (text[used] != '\0' && text[used] != '\n' && text[used] != ' ' && blank > 0)
        fits = blank;
    if (fits == 0 && text[0] != '\0' && text[0] != '\n')
        fits = 1;
    memcpy(line, text, fits);
    line[fits] = '\0';
    text += fits;
    if (*text == ' ' || *text == '\n')
        text++;
    return *text != '\0' ? text : NULL;
}

int paragraph_rows(const char *text, int columns)
{
    char line[LINE_SIZE];
    int rows = 0;

    for (; text; rows++)
        text = take_line(text, columns, line);
    return rows;
}

void paragraph_draw(struct canvas *c, int row, enum role role, const char *text)
{
    char line[LINE_SIZE];

    for (; text && row < c->clip.rows; row++) {
        const char *rest = take_line(text, c->clip.columns, line);
        bool cut = rest && row == c->clip.rows - 1;

        canvas_text(c, row, 0, role, cut ? text : line);
        text = rest;
    }
}
