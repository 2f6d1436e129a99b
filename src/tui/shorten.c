#include "tui/shorten.h"

#include <stdbool.h>
#include <string.h>

/* `from` becomes its own last `kept` bytes. In turn over the whole frame: a row can make room for a later one. */
static const struct {
    const char *from;
    size_t kept;
} rules[] = {
    { "\033(B", 0 },          /* ASCII back from line drawing: box lines are Unicode or ASCII here */
    { "\033[39m\033[m", 3 },  /* the colour back, then everything */
    { "\033[39m\033[0;", 4 },
    { "\033[39;49m\033[39;49m", 8 },
};

static size_t apply(char *bytes, size_t size, const char *from, size_t kept)
{
    size_t length = strlen(from), used = 0;

    for (size_t i = 0; i < size;) {
        bool matches = size - i >= length && memcmp(bytes + i, from, length) == 0;

        if (matches)
            i += length - kept;
        for (size_t n = matches ? kept : 1; n > 0; n--)
            bytes[used++] = bytes[i++];
    }
    return used;
}

size_t shorten(char *bytes, size_t size)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        size = apply(bytes, size, rules[i].from, rules[i].kept);
    return size;
}
