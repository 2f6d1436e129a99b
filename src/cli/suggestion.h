/* "Did you mean …?": finds the name that is most similar to a word. */
#ifndef CLI_SUGGESTION_H
#define CLI_SUGGESTION_H

#include <stddef.h>

struct suggestion {
    const char *word; /* what was typed */
    const char *name; /* the most similar so far, or NULL when none is similar */
    size_t distance;
};

struct suggestion suggestion_begin(const char *word);
void suggestion_consider(struct suggestion *s, const char *name);

#endif
