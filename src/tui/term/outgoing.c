#include "tui/term/outgoing.h"

#include <stdlib.h>
#include <string.h>

void outgoing_add(struct outgoing *out, const void *bytes, size_t size)
{
    if (size == 0)
        return;
    if (out->used + size > out->room) {
        size_t room = (out->used + size) * 2;
        char *larger = out->failed ? NULL : realloc(out->bytes, room);

        if (larger == NULL) {
            out->failed = true;
            return;
        }
        out->bytes = larger;
        out->room = room;
    }
    memcpy(out->bytes + out->used, bytes, size);
    out->used += size;
}

/* Each rule replaces `from` by its own last `kept` bytes. They run in this order, each over the whole frame, since one
 * can create matches for the next. */
static const struct {
    const char *from;
    size_t kept;
} rules[] = {
    { "\033(B", 0 }, /* ASCII back from line drawing: box lines are Unicode or ASCII here */
    { "\033[39m\033[m", 3 },
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

/* The length of a repetition (REP, ESC [ n b) that begins here; 0: there is none. */
static size_t repetition(const char *bytes, size_t size, int *times)
{
    size_t i = 2;

    if (size < 4 || bytes[0] != '\033' || bytes[1] != '[')
        return 0;
    for (*times = 0; i < size && bytes[i] >= '0' && bytes[i] <= '9' && *times < 10000; i++)
        *times = *times * 10 + bytes[i] - '0';
    return i > 2 && i < size && bytes[i] == 'b' ? i + 1 : 0;
}

void outgoing_add_plainer(struct outgoing *out, const char *bytes, size_t size)
{
    size_t start = out->used, done = 0, length;
    int times;

    for (size_t i = 1; i < size; i++) {
        length = repetition(bytes + i, size - i, &times);
        if (length == 0)
            continue;
        outgoing_add(out, bytes + done, i - done);
        while (times-- > 0)
            outgoing_add(out, &bytes[i - 1], 1); /* curses repeats ASCII only */
        done = i + length;
        i = done - 1;
    }
    outgoing_add(out, bytes + done, size - done);
    if (out->failed)
        return;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        out->used = start + apply(out->bytes + start, out->used - start, rules[i].from, rules[i].kept);
}

void outgoing_free(struct outgoing *out)
{
    free(out->bytes);
    *out = (struct outgoing){ 0 };
}
