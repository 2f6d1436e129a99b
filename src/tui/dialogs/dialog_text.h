/* Asks for a line of text. */
#ifndef TUI_DIALOG_TEXT_H
#define TUI_DIALOG_TEXT_H

#include "base/error.h"
#include "tui/keys.h"

struct app;

struct text_setup {
    const char *title, *prompt;
    const char *text; /* to begin with; NULL: empty */
    bool path;        /* it is a file or a folder: Tab completes it */
    bool empty;       /* no text is an answer, too */
    const char *subject; /* copied; for `accept_about`; NULL: "" */
    /* Called on Enter. False, with an error: it is shown, and the dialog stays open. */
    bool (*accept)(struct app *app, const char *text, struct error *e);
    bool (*accept_about)(struct app *app, const char *subject, const char *text, struct error *e); /* instead */
};

extern const struct key_help dialog_text_keys[]; /* of one for a path, which has the most */

void dialog_text(struct app *app, const struct text_setup *setup);

#endif
