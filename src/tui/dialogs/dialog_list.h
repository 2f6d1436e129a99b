/* A list to choose from. */
#ifndef TUI_DIALOG_LIST_H
#define TUI_DIALOG_LIST_H

#include "tui/keys.h"

struct app;

struct list_item {
    const char *name, *note, *help; /* on the left, on the right, and below the list; never NULL */
};

struct list_setup {
    const char *title;
    int count;             /* at least 1 */
    void *items;           /* for the functions below; NULL: they know by themselves */
    void (*release)(void *items); /* called once, also when the list could not be opened; NULL: nothing to do */
    struct list_item (*item)(const void *items, int position);
    void (*chosen)(struct app *app, const void *items, int position);
};

extern const struct key_help dialog_list_keys[];

void dialog_list(struct app *app, const struct list_setup *setup);

#endif
