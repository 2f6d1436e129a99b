/* A form over a table of fields. It edits a copy of the settings, which `apply` gets when the user is done. */
#ifndef TUI_DIALOG_FORM_H
#define TUI_DIALOG_FORM_H

#include "base/field.h"
#include "tui/draw/canvas.h"
#include "tui/keys.h"

struct app;

struct form_setup {
    const char *title;
    struct field_table fields;
    const void *settings; /* copied; a struct of dialog_form_size() bytes */
    int target;           /* which layer, section or subject, for the two below */
    /* One line about the values as they stand, and its role: is it good news? NULL: none. */
    enum role (*describe)(const struct app *app, const void *settings, int target, char *out, size_t size);
    void (*apply)(struct app *app, const void *settings, int target);
};

extern const struct key_help dialog_form_keys[];

void dialog_form(struct app *app, const struct form_setup *setup);
size_t dialog_form_size(struct field_table fields); /* bytes of the settings that the fields describe */

#endif
