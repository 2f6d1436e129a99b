/* A past run in words: what it is, what came of it, and its recipe. */
#ifndef TUI_RUN_WORDS_H
#define TUI_RUN_WORDS_H

#include "nn/recipe/recipe.h"
#include "run/run_entry.h"

enum { RUN_WORDS_SIZE = 640, RUN_WORDS_LINES = 400 };

/* "lenet5 on digits, cpu: finished after 3 of 3 epochs; test accuracy 92.1 %" */
void run_words(const struct run_entry *entry, char out[RUN_WORDS_SIZE]);

struct run_words_line {
    const char *label; /* "device"; "": it belongs to the one above */
    char text[RUN_WORDS_SIZE];
};

/* Its summary and, where there is one, what its recipe says that is not preset. Returns how many lines. */
int run_words_lines(const struct run_entry *entry, const struct recipe *recipe,
                    struct run_words_line lines[RUN_WORDS_LINES]);

#endif
