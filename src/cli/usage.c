#include "cli/usage.h"

#include <ctype.h>
#include <string.h>

bool usage_is_literal(const char *part, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!islower((unsigned char)part[i]) && part[i] != '-')
            return false;
    return length > 0 && part[0] != '-';
}

/* A word of the line: "[RECIPE]", "RUN...|COMPARISON", "info". */
struct token {
    const char *begin;
    size_t length;
    bool repeats, ends; /* it is the last of its alternative */
};

/* Alternatives are apart by " | " or by lines, which repeat the program and the subcommand. */
static const char *next_alternative(const char *line)
{
    const char *bar = strstr(line, " | "), *end = strchr(line, '\n');

    if (bar && (!end || bar < end))
        return bar + strlen(" | ");
    if (!end)
        return NULL;
    end += strspn(end, " \n");
    for (int i = 0; i < 2; i++) {
        end += strcspn(end, " ");
        end += strspn(end, " ");
    }
    return end;
}

/* False at the end of the alternative. Options are none: they may stand anywhere. */
static bool next_token(const char **at, const char *end, struct token *out)
{
    while (*at < end) {
        *at += strspn(*at, " ");

        size_t length = strcspn(*at, " \n");
        const char *word = *at;

        if (word + length > end || length == 0)
            return false;
        *at += length;
        if (strncmp(word, "[OPTION", strlen("[OPTION")) == 0 || strncmp(word, "[--", 3) == 0 || word[0] == '-' ||
            word[0] == '|')
            continue;
        out->repeats = length > 3 && memmem(word, length, "...", 3);
        out->begin = word + (word[0] == '[');
        out->length = length - (word[0] == '[') - (word[length - 1] == ']');
        return true;
    }
    return false;
}

/* Parts are apart by bars; dots of "RUN..." are none of it. */
static void for_each_part(const struct token *t, void (*visit)(void *context, const char *part, size_t length),
                          void *context)
{
    const char *end = t->begin + t->length;

    for (const char *part = t->begin; part < end;) {
        const char *bar = memchr(part, '|', (size_t)(end - part));
        size_t length = (size_t)((bar ? bar : end) - part);
        const char *dots = memmem(part, length, "...", 3);

        visit(context, part, dots ? (size_t)(dots - part) : length);
        part += length + 1;
    }
}

struct match {
    const char *word;
    bool fits;
};

static void match_part(void *context, const char *part, size_t length)
{
    struct match *m = context;

    m->fits |= !usage_is_literal(part, length) || (strlen(m->word) == length && memcmp(m->word, part, length) == 0);
}

static bool fits(const struct token *t, const char *word)
{
    struct match m = { .word = word };

    for_each_part(t, match_part, &m);
    return m.fits;
}

void usage_next(const char *arguments, const char *const words[], int count,
                void (*visit)(void *context, const char *part, size_t length), void *context)
{
    for (const char *at = arguments, *next; at; at = next) {
        struct token t = { .length = 0 };
        const char *end;
        bool good = true;

        next = next_alternative(at);
        end = at + strcspn(at, "\n");
        if (next && strncmp(next - 3, " | ", 3) == 0)
            end = next - 3;
        for (int i = 0; good && i <= count; i++) {
            good = (i > 0 && t.repeats) || next_token(&at, end, &t);
            if (good && i == count)
                for_each_part(&t, visit, context);
            else
                good = good && fits(&t, words[i]);
        }
    }
}
