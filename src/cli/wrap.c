#include "cli/wrap.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int wrap_columns(int descriptor)
{
    struct winsize size;

    if (!isatty(descriptor))
        return 0;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

/* Characters, not bytes. */
static int width_of(const char *text, size_t length)
{
    int columns = 0;

    for (size_t i = 0; i < length; i++)
        columns += ((unsigned char)text[i] & 0xC0) != 0x80;
    return columns;
}

/* Where the lines below go on. */
static int hanging_indent(const char *line, int columns)
{
    int leading = (int)strspn(line, " "), indent = leading + 2, column = 0;

    for (const char *at = line; *at; at++) {
        bool begins = at > line + leading + 1 && at[-1] == ' ' && at[-2] == ' ' && *at != ' ';

        if (begins && column <= columns / 2)
            indent = column;
        column += ((unsigned char)*at & 0xC0) != 0x80;
    }
    return indent < columns / 2 ? indent : 2;
}

static bool breaks_paths;

void wrap_break_paths(void)
{
    breaks_paths = true;
}

/* Up to behind the last slash that fits, where the word from there on is longer than the rows below; 0: it is not. */
static size_t fitting_path(const char *text, size_t from, int columns, int below)
{
    size_t word = from + strspn(text + from, " "), length = strcspn(text + word, " "), fits = 0;

    if (width_of(text + word, length) <= below)
        return 0;
    for (size_t i = word; i < word + length && width_of(text, i) < columns; i++)
        if (text[i] == '/' && i > word)
            fits = i + 1;
    return fits;
}

/* How many bytes of the text to print in a row: all, or up to the last blank that fits, at least a word. */
static size_t fitting(const char *text, int columns, int below)
{
    size_t length = strlen(text), fits = 0, of_path = 0;

    if (width_of(text, length) <= columns)
        return length;
    for (size_t i = strspn(text, " "); i < length; i++)
        if (text[i] == ' ' && (fits == 0 || width_of(text, i) <= columns))
            fits = i;
    if (breaks_paths)
        of_path = fitting_path(text, width_of(text, fits) <= columns ? fits : 0, columns, below);
    if (of_path > 0)
        return of_path;
    return fits > 0 ? fits : length;
}

static bool is_json(const char *line)
{
    const char *text = line + strspn(line, " ");

    return *text != '\0' && (strchr("{}]\"", *text) || (*text == '[' && (text[1] == '\0' || text[1] == ']')));
}

void wrap_line(FILE *out, const char *line, int columns)
{
    int indent = columns > 0 ? hanging_indent(line, columns) : 0;
    bool whole = columns <= 0 || is_json(line);
    size_t length = whole ? strlen(line) : fitting(line, columns, columns - indent);

    fprintf(out, "%.*s\n", (int)length, line);
    for (line += length; *line; line += length) {
        line += strspn(line, " ");
        length = fitting(line, columns - indent, columns - indent);
        fprintf(out, "%*s%.*s\n", indent, "", (int)length, line);
    }
}

/* A stream whose lines are wrapped into another. */
struct wrapped {
    FILE *to;
    char *line; /* the unfinished one */
    size_t used, room;
};

static void end_line(struct wrapped *w)
{
    w->line[w->used] = '\0';
    wrap_line(w->to, w->line, wrap_columns(fileno(w->to)));
    w->used = 0;
}

static bool make_room(struct wrapped *w)
{
    size_t room = w->room ? 2 * w->room : 256;
    char *grown;

    if (w->used + 1 < w->room)
        return true;
    grown = realloc(w->line, room);
    if (!grown)
        return false;
    w->line = grown;
    w->room = room;
    return true;
}

static ssize_t write_wrapped(void *stream, const char *bytes, size_t size)
{
    struct wrapped *w = stream;

    for (size_t i = 0; i < size; i++) {
        if (!make_room(w)) {
            errno = ENOMEM;
            return -1;
        }
        if (bytes[i] == '\n')
            end_line(w);
        else
            w->line[w->used++] = bytes[i];
    }
    return fflush(w->to) == 0 ? (ssize_t)size : -1;
}

void wrap_standard_output(void)
{
    static struct wrapped wrapped;
    FILE *stream;

    if (wrap_columns(STDOUT_FILENO) == 0)
        return;
    wrapped.to = stdout;
    stream = fopencookie(&wrapped, "w", (cookie_io_functions_t){ .write = write_wrapped });
    if (!stream)
        return; /* long lines are no reason to fail */
    setvbuf(stream, NULL, _IOLBF, 0);
    stdout = stream;
}
