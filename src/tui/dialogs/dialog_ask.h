/* A text, with one key for each answer, or none. */
#ifndef TUI_DIALOG_ASK_H
#define TUI_DIALOG_ASK_H

#include <stdbool.h>

#include "tui/keys.h"

struct app;

enum { ANSWERS_MAX = 3 };

struct answer {
    int key;
    const char *label;
    void (*act)(struct app *app, const char *subject);
};

struct ask_setup {
    const char *title, *text;
    struct answer answers[ANSWERS_MAX]; /* Enter is the first one, Esc none of them; none: any key closes */
    const char *none;                   /* what Esc does; NULL: it cancels, or closes a text without answers */
    const char *subject;                /* copied; what an answer acts on; NULL: "" */
    bool of_run;                        /* a question about the run that goes on: it closes when the run is over */
};

extern const struct key_help dialog_ask_keys[];

void dialog_ask(struct app *app, const struct ask_setup *setup);

#endif
