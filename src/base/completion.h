/* Completes a path that is being typed, as a shell does. */
#ifndef BASE_COMPLETION_H
#define BASE_COMPLETION_H

#include "base/path.h"

struct completion {
    char text[PATH_SIZE]; /* what was typed, as far as all candidates go on alike; a folder alone ends in a slash */
    int count;            /* candidates: names that begin with what was typed behind the last slash */
    char names[600];      /* when there are several: the first of them, "a/  b.h5  and 3 more", safe to show */
};

/* "~" is understood and stays as it was typed. Hidden names are candidates only after a dot. A folder that is missing
 * or cannot be read has no names. */
struct completion completion_of_path(const char *typed);

#endif
