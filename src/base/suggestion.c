#include "base/suggestion.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

enum { WORD_MAX = 63 };

/* Levenshtein's edit distance, one row of the table at a time. */
static size_t edits(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1];
    size_t length = strlen(b);

    for (size_t j = 0; j <= length; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            size_t above = row[j];

            row[j] = size_min(diagonal + (a[i - 1] != b[j - 1]), size_min(above, row[j - 1]) + 1);
            diagonal = above;
        }
    }
    return row[length];
}

struct suggestion suggestion_begin(const char *word)
{
    /* Allows for two edits (a swap is two) and one more for every three letters; what differs more is another word. */
    return (struct suggestion){ .word = word, .distance = strlen(word) / 3 + 2 };
}

void suggestion_consider(struct suggestion *s, const char *name)
{
    size_t length = strlen(s->word);

    if (length == 0 || length > WORD_MAX || strlen(name) > WORD_MAX)
        return;

    /* The beginning of a name always counts as similar. */
    size_t distance = strncmp(s->word, name, length) == 0 ? 0 : edits(s->word, name);
    if (distance < s->distance) {
        s->distance = distance;
        s->name = name;
    }
}

void suggestion_append(const struct suggestion *s, const char *before, char *text, size_t size)
{
    if (s->name)
        text_append(text, size, "; did you mean %s%s?", before, s->name);
}
