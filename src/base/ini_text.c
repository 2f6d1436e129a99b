#include "base/ini_text.h"

#include "base/file.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#include <ini.h>

/* libinih knows no quotes, silently cuts lines of 200 bytes and passes no line numbers to handlers. So it gets its
 * lines from here, without their values: each goes by it to the taker. */
struct reading {
    ini_taker *take;
    void *context;
    const char *rest;
    char *value;        /* of the line that libinih has now; NULL: it has none */
    int line, bad_line; /* bad_line: of `error`; 0: none */
    bool goes_on;
    struct error *error;
};

static const char blanks[] = " \t\r\v\f";

static bool is_blank(char byte)
{
    return byte != '\0' && strchr(blanks, byte);
}

static const char *skip_blanks(const char *text)
{
    return text + strspn(text, blanks);
}

/* Keeps the first error. */
static bool refuse(struct reading *r, const struct error *error)
{
    if (r->bad_line == 0) {
        r->bad_line = r->line;
        *r->error = *error;
    }
    return false;
}

/* Where what stands before a comment ends. */
static const char *before_comment(const char *text, const char *end)
{
    for (const char *at = text; at + 1 < end; at++)
        if (is_blank(at[0]) && at[1] == ';')
            return at;
    return end;
}

static char *plain_value(const char *text, const char *end, struct error *e)
{
    end = before_comment(text, end);
    text = skip_blanks(text);
    while (text < end && is_blank(end[-1]))
        end--;

    char *value = strndup(text, text < end ? (size_t)(end - text) : 0);

    if (!value)
        error_set(e, ERROR_MEMORY, "no memory for a line of %zu bytes", (size_t)(end - text));
    return value;
}

static int digit_value(char digit)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    const char *at = digit ? strchr(digits, digit) : NULL;

    return at ? (int)(at - digits) % 16 : -1;
}

/* The byte that an escape stands for, *text at what follows its backslash, which moves behind it. False: there is no
 * such escape. */
static bool escaped(const char **text, char *byte)
{
    const char *at = *text;

    if (*at == '\\' || *at == '"') {
        *byte = *at;
        *text = at + 1;
        return true;
    }
    if (*at != 'x' || digit_value(at[1]) < 0 || digit_value(at[2]) < 0)
        return false;
    *byte = (char)(16 * digit_value(at[1]) + digit_value(at[2]));
    *text = at + 3;
    return *byte != '\0';
}

/* Fills `value` from what follows a quotation mark. */
static bool unquote(const char *text, const char *end, char *value, struct error *e)
{
    while (text < end && *text != '"') {
        char byte = *text++;

        if (byte == '\\' && !escaped(&text, &byte))
            return error_set(e, ERROR_INPUT, "in quotes \\\\ stands for \\, \\\" for \" and \\x09 for byte 9, and no "
                                             "other use of \\");
        *value++ = byte;
    }
    *value = '\0';
    if (text == end)
        return error_set(e, ERROR_INPUT, "the value begins with a quotation mark, and no other ends it");

    const char *behind = skip_blanks(text + 1);

    return behind >= end || *behind == ';' ||
           error_set(e, ERROR_INPUT, "something follows the quotation mark that ends the value");
}

static char *quoted_value(const char *text, const char *end, struct error *e)
{
    char *value = malloc((size_t)(end - text) + 1);

    if (!value)
        error_set(e, ERROR_MEMORY, "no memory for a line of %zu bytes", (size_t)(end - text));
    if (value && unquote(text, end, value, e))
        return value;
    free(value);
    return NULL;
}

/* Where the name ends; NULL: it is no line with a value. */
static const char *find_equals(const char *text, const char *end)
{
    const char *equals = text + strcspn(text, "=:\n");

    return *text != '[' && equals < before_comment(text, end) ? equals : NULL;
}

/* As fgets: one line of the text, with nothing behind its equals sign. Indented lines are lines like any other, which
 * libinih would take for continuations. */
static char *next_line(char *line, int size, void *stream)
{
    struct reading *r = stream;
    struct error error;

    free(r->value);
    r->value = NULL;
    if (*r->rest == '\0' || (r->bad_line && !r->goes_on))
        return NULL;
    r->line++;
    r->rest = skip_blanks(r->rest);

    const char *text = r->rest, *end = text + strcspn(text, "\n");
    const bool comment = *text == ';' || *text == '#';
    const char *equals = comment ? NULL : find_equals(text, end);
    const size_t length = comment ? 0 : size_min((size_t)((equals ? equals + 1 : end) - text), (size_t)size - 2);

    if (equals)
        r->value = *skip_blanks(equals + 1) == '"' ? quoted_value(skip_blanks(equals + 1) + 1, end, &error)
                                                   : plain_value(equals + 1, end, &error);
    if (equals && !r->value)
        refuse(r, &error);
    memcpy(line, text, length);
    strcpy(line + length, "\n");
    r->rest = end + (*end == '\n');
    return line;
}

static int take(void *user, const char *section, const char *key, const char *nothing)
{
    struct reading *r = user;
    struct error error;

    (void)nothing;
    return r->value && (r->take(r->context, section, key, r->value, &error) || refuse(r, &error));
}

static bool read_text(struct reading *r, const char *called)
{
    int bad_line = ini_parse_stream(next_line, r, take, r);

    free(r->value);
    if (bad_line == 0 && r->bad_line == 0)
        return true;
    if (r->bad_line && (bad_line <= 0 || r->bad_line <= bad_line))
        return error_context(r->error, "%s:%d", called, r->bad_line);
    if (bad_line > 0)
        return error_set(r->error, ERROR_INPUT, "%s:%d: neither a [section] nor 'name = value'", called, bad_line);
    return error_set(r->error, ERROR_MEMORY, "no memory to read %s", called);
}

bool ini_text_read(const char *text, const char *called, ini_taker *taker, void *context, struct error *e)
{
    return read_text(&(struct reading){ .take = taker, .context = context, .rest = text, .error = e }, called);
}

bool ini_text_read_on(const char *text, const char *called, ini_taker *taker, void *context, struct error *e)
{
    return read_text(&(struct reading){ .take = taker, .context = context, .rest = text, .error = e, .goes_on = true },
                     called);
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

static bool is_control(char byte)
{
    return (unsigned char)byte < ' ' || byte == 0x7F;
}

/* Would the value be read as another one? */
static bool needs_quotes(const char *value)
{
    const size_t length = strlen(value);

    if (length == 0)
        return false;
    for (const char *at = value; *at; at++)
        if (is_control(*at) || (*at == ';' && (at == value || is_blank(at[-1]))))
            return true;
    return value[0] == '"' || is_blank(value[0]) || is_blank(value[length - 1]);
}

void ini_text_write(FILE *out, const char *key, const char *value)
{
    if (!needs_quotes(value)) {
        fprintf(out, "%s = %s\n", key, value);
        return;
    }
    fprintf(out, "%s = \"", key);
    for (const char *at = value; *at; at++)
        if (is_control(*at))
            fprintf(out, "\\x%02x", (unsigned)*at);
        else
            fprintf(out, *at == '"' || *at == '\\' ? "\\%c" : "%c", *at);
    fprintf(out, "\"\n");
}
