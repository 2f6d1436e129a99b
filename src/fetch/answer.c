#include "fetch/answer.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"

void answer_clear(struct answer *a)
{
    *a = (struct answer){ .length = -1, .first = -1, .total = -1 };
}

static void take_text(char to[ANSWER_TEXT_SIZE], const char *value)
{
    char copy[ANSWER_TEXT_SIZE];

    if (text_copy(copy, sizeof copy, value))
        text_copy(to, ANSWER_TEXT_SIZE, text_trim(copy));
}

static void take_etag(struct answer *a, const char *value)
{
    take_text(a->etag, value);
}

static void take_modified(struct answer *a, const char *value)
{
    take_text(a->modified, value);
}

static void take_type(struct answer *a, const char *value)
{
    take_text(a->type, value);
}

static void take_length(struct answer *a, const char *value)
{
    text_to_int64(value, &a->length);
}

/* "bytes 100-199/200" */
static void take_range(struct answer *a, const char *value)
{
    long long first, last, total;

    if (sscanf(value, " bytes %18lld-%18lld/%18lld", &first, &last, &total) == 3) {
        a->first = first;
        a->total = total;
    }
}

void answer_take(struct answer *a, const char *line, size_t size)
{
    static const struct {
        const char *name;
        void (*take)(struct answer *a, const char *value);
    } headers[] = {
        { "ETag:", take_etag },
        { "Last-Modified:", take_modified },
        { "Content-Type:", take_type },
        { "Content-Length:", take_length },
        { "Content-Range:", take_range },
    };
    char text[2 * ANSWER_TEXT_SIZE];

    if (size >= sizeof text)
        return;
    memcpy(text, line, size);
    text[size] = '\0';
    if (strncmp(text, "HTTP/", 5) == 0)
        answer_clear(a);
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        if (strncasecmp(text, headers[i].name, strlen(headers[i].name)) == 0)
            headers[i].take(a, text + strlen(headers[i].name));
}

bool answer_is_page(const struct answer *a)
{
    static const char html[] = "text/html";

    return strncasecmp(a->type, html, strlen(html)) == 0;
}

void answer_keep(const struct answer *a, const char *path, const char *url)
{
    bool strong = a->etag[0] && strncmp(a->etag, "W/", 2) != 0;
    FILE *file = fopen(path, "we");

    if (!file)
        return;
    fprintf(file, "%s\n%s\n", url, strong ? a->etag : a->modified);
    fclose(file);
}

bool answer_recall(const char *path, const char *url, char out[ANSWER_TEXT_SIZE])
{
    char known[PATH_SIZE];
    FILE *file = file_open_stream(path);
    bool found = file && fgets(known, sizeof known, file) && fgets(out, ANSWER_TEXT_SIZE, file);

    if (file)
        fclose(file);
    if (!found)
        return false;
    known[strcspn(known, "\n")] = out[strcspn(out, "\n")] = '\0';
    return out[0] && strcmp(known, url) == 0;
}
