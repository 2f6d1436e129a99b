#include "tui/fuzzy.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/limits.h"

enum { LETTER = 10, FOLLOWS = 50, BEGINS_WORD = 40, LENGTH_MOST = 200, AT_LEAST = 1 };

static int lower(char c)
{
    return tolower((unsigned char)c);
}

static bool begins_word(const char *name, int at)
{
    return at == 0 || !isalnum((unsigned char)name[at - 1]);
}

/* What a letter is worth where it stands, when the one before it was found at `last`. */
static int worth(const char *name, int at, int last)
{
    return LETTER + (at == last + 1 && last >= 0 ? FOLLOWS : 0) + (begins_word(name, at) ? BEGINS_WORD : 0);
}

/* The best of all ways to find the letters, by the length of the name for each letter: names are short. */
int fuzzy_score(const char *typed, const char *name)
{
    int length = int_min((int)strlen(name), LENGTH_MOST), best[LENGTH_MOST], before[LENGTH_MOST], top = 0;
    bool first = true;

    for (; *typed != '\0'; typed++) {
        if (*typed == ' ')
            continue;
        top = 0;
        for (int i = 0; i < length; i++) {
            best[i] = 0;
            if (lower(name[i]) != lower(*typed))
                continue;
            if (first)
                best[i] = worth(name, i, -1);
            for (int last = 0; !first && last < i; last++)
                if (before[last] > 0)
                    best[i] = int_max(best[i], before[last] + worth(name, i, last));
            top = int_max(top, best[i]);
        }
        if (top == 0)
            return 0;
        memcpy(before, best, sizeof before);
        first = false;
    }
    return top + AT_LEAST + (first ? 0 : LENGTH_MOST - length);
}
