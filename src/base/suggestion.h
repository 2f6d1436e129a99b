/* "Did you mean …?": finds the name that is most similar to a word. */
#ifndef BASE_SUGGESTION_H
#define BASE_SUGGESTION_H

#include <stddef.h>

struct suggestion {
    const char *word; /* what was typed */
    const char *name; /* the most similar so far, or NULL when none is similar */
    size_t distance;
};

struct suggestion suggestion_begin(const char *word);
void suggestion_consider(struct suggestion *s, const char *name);

/* Appends "; did you mean NAME?" to a sentence, with what is typed before a name ("--", or ""); nothing when none is
 * similar. */
void suggestion_append(const struct suggestion *s, const char *before, char *text, size_t size);

#endif
