#include "base/ini_text.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <ini.h>

/* libinih silently cuts long lines and passes no line numbers to handlers, so it gets its lines from here. */
struct reading {
    ini_taker *take;
    void *context;
    const char *rest;
    int line;
    int bad_line; /* of `error`; 0: none */
    struct error *error;
};

static bool refuse(struct reading *reading)
{
    if (reading->bad_line == 0)
        reading->bad_line = reading->line;
    return false;
}

/* As fgets: one line of the text, at most size - 1 bytes of it. Indented lines are lines like any other; the library
 * would treat them as continuations. */
static char *next_line(char *line, int size, void *stream)
{
    struct reading *reading = stream;

    if (*reading->rest == '\0' || reading->bad_line)
        return NULL;
    reading->rest += strspn(reading->rest, " \t");

    size_t length = strcspn(reading->rest, "\n");

    reading->line++;
    if (length + 2 > (size_t)size) {
        error_set(reading->error, ERROR_INPUT, "the line is longer than %d bytes", size - 2);
        refuse(reading);
        return NULL;
    }
    memcpy(line, reading->rest, length);
    strcpy(line + length, "\n");
    reading->rest += length + (reading->rest[length] == '\n');
    return line;
}

static int take(void *user, const char *section, const char *key, const char *value)
{
    struct reading *reading = user;

    if (reading->bad_line)
        return 0;
    return reading->take(reading->context, section, key, value, reading->error) || refuse(reading);
}

bool ini_text_read(const char *text, const char *called, ini_taker *taker, void *context, struct error *e)
{
    struct reading reading = { .take = taker, .context = context, .rest = text, .error = e };
    int bad_line = ini_parse_stream(next_line, &reading, take, &reading);

    if (bad_line == 0 && reading.bad_line == 0)
        return true;
    if (reading.bad_line && (bad_line <= 0 || reading.bad_line <= bad_line))
        return error_context(e, "%s:%d", called, reading.bad_line);
    if (bad_line > 0)
        return error_set(e, ERROR_INPUT, "%s:%d: neither a [section] nor 'name = value'", called, bad_line);
    return error_set(e, ERROR_MEMORY, "no memory to read %s", called);
}

char *ini_text_load(const char *path, const char *what, struct error *e)
{
    FILE *file = file_open_stream(path);

    if (!file) {
        error_set_errno(e, "cannot read %s", path);
        return NULL;
    }

    char *text = malloc(INI_FILE_MAX + 1);
    size_t used = text ? fread(text, 1, INI_FILE_MAX + 1, file) : 0;
    bool good = text && !ferror(file) && used <= INI_FILE_MAX && !memchr(text, '\0', used);

    if (!text)
        error_set(e, ERROR_MEMORY, "no memory to read %s", path);
    else if (ferror(file))
        error_set_errno(e, "cannot read %s", path);
    else if (!good)
        error_set(e, ERROR_INPUT, "%s is not %s: it is not a text of at most 1 MB", path, what);
    fclose(file);
    if (!good) {
        free(text);
        return NULL;
    }
    text[used] = '\0';
    return text;
}
