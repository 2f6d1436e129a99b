#include "data/sources/list_rows.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"

/* Ten million lines of usual length. */
enum { LIST_MOST = 1 << 30 };

static bool read_opened(struct list_rows *r, int descriptor, const char *path, size_t most, struct error *e)
{
    struct stat status;

    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        return error_set(e, ERROR_INPUT, "%s is no file", path);
    if (status.st_size > LIST_MOST)
        return error_set(e, ERROR_INPUT, "%s has %.1f GB, which is no list of images", path,
                         (double)status.st_size / 1e9);
    size_t size = size_min((size_t)status.st_size, most);

    r->text = memory_new(size + 1, 1, e);
    if (!r->text)
        return false;
    if (!file_read_at(descriptor, r->text, size, 0))
        return error_set(e, ERROR_INPUT, "cannot read %s: %s", path, file_reason());
    return strlen(r->text) == size || error_set(e, ERROR_INPUT, "%s is no text: it has a zero byte", path);
}

/* The one that stands in the first line most often; none of a list whose name is no CSV's. */
static char find_comma(const char *path, const char *text)
{
    static const char commas[] = ",;\t";
    char best = ',';
    size_t most = 0;

    if (!path_ends_with(path, ".csv") && !path_ends_with(path, ".tsv"))
        return ' ';
    for (const char *comma = commas; *comma; comma++) {
        size_t found = 0;

        for (const char *at = text; *at && *at != '\n'; at++)
            found += *at == *comma;
        if (found > most)
            most = found, best = *comma;
    }
    return best;
}

bool list_rows_open(struct list_rows *r, const char *path, size_t most, struct error *e)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* that some programs put before UTF-8 */
    /* Not to wait for a pipe. */
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    *r = (struct list_rows){ .line = 1 };
    if (descriptor < 0)
        return error_set_errno(e, "cannot read %s", path);
    bool good = read_opened(r, descriptor, path, most, e);

    close(descriptor);
    if (!good) {
        list_rows_close(r);
        return false;
    }
    r->next = r->text + (strncmp(r->text, mark, strlen(mark)) == 0 ? strlen(mark) : 0);
    r->comma = find_comma(path, r->next);
    return true;
}

void list_rows_close(struct list_rows *r)
{
    free(r->text);
    *r = (struct list_rows){ .text = NULL };
}

static void keep_field(struct list_rows *r, char *field)
{
    if (r->fields < LIST_FIELDS_MAX)
        r->field[r->fields++] = field;
}

/* Goes behind the quote that ends the field, and takes the doubled ones out of it. NULL: there is none. */
static char *end_quoted(struct list_rows *r, char *at)
{
    char *to = at;

    for (; *at; at++) {
        if (*at == '"' && at[1] != '"') {
            *to = '\0';
            return at + 1;
        }
        r->line += *at == '\n';
        at += *at == '"';
        *to++ = *at;
    }
    return NULL;
}

/* One field; *end: its line is over. NULL: its quotes do not end. */
static char *take_field(struct list_rows *r, char *at, bool *end)
{
    char *field = at + strspn(at, " ");
    const bool quoted = *field == '"';

    if (quoted && !(at = end_quoted(r, ++field)))
        return NULL;
    while (*at && *at != '\n' && *at != r->comma)
        at++;
    *end = *at != r->comma;

    char *next = at + (*at != '\0');

    r->line += *at == '\n';
    *at = '\0';
    keep_field(r, quoted ? field : text_trim(field));
    return next;
}

static bool take_row(struct list_rows *r, struct error *e)
{
    for (bool end = false; !end;) {
        char *next = take_field(r, r->next, &end);

        if (!next)
            return error_set(e, ERROR_INPUT, "line %u: a quoted text does not end", r->row);
        r->next = next;
    }
    return true;
}

/* "a path.jpg 12": the word behind the last blanks is the second field. */
static void take_line(struct list_rows *r)
{
    char *line = r->next, *end = strchrnul(line, '\n');

    r->next = end + (*end != '\0');
    r->line++;
    *end = '\0';
    line = text_trim(line);
    for (end = line + strlen(line); end > line && end[-1] != ' ' && end[-1] != '\t';)
        end--;
    keep_field(r, line);
    if (end > line) {
        keep_field(r, end);
        end[-1] = '\0';
        text_trim(line);
    }
}

bool list_rows_next(struct list_rows *r, struct error *e)
{
    e->kind = ERROR_NONE;
    while (*r->next) {
        r->row = r->line;
        r->fields = 0;
        if (r->comma == ' ')
            take_line(r);
        else if (!take_row(r, e))
            return false;
        if (r->fields > 1 || r->field[0][0])
            return true;
    }
    return false;
}
