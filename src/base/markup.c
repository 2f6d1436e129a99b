#include "base/markup.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char *entity_of(char c)
{
    switch (c) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void markup_print(FILE *out, const char *text)
{
    const size_t size = strlen(text) * 3 + 1; /* enough for what stands for a byte that is not allowed */
    char *clean = malloc(size);

    if (!clean)
        return;
    text_sanitise(clean, size, text);
    for (const char *c = clean; *c; c++) {
        const char *entity = entity_of(*c);

        if (entity)
            fputs(entity, out);
        else
            putc(*c, out);
    }
    free(clean);
}

void markup_print_base64(FILE *out, const void *bytes, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *in = bytes;

    for (size_t i = 0; i < size; i += 3) {
        const size_t left = size - i;
        const unsigned second = left > 1 ? in[i + 1] : 0, third = left > 2 ? in[i + 2] : 0;
        const unsigned word = (unsigned)in[i] << 16 | second << 8 | third;

        putc(digits[word >> 18], out);
        putc(digits[word >> 12 & 63], out);
        putc(left > 1 ? digits[word >> 6 & 63] : '=', out);
        putc(left > 2 ? digits[word & 63] : '=', out);
    }
}
