/* Dialogs: boxes over the screen that take all keys. Like a panel, a dialog is a const class: draw reads, key changes.
 * They stack; the topmost has the keys, and Esc closes it. */
#ifndef TUI_DIALOG_H
#define TUI_DIALOG_H

#include "base/field.h"
#include "tui/draw/canvas.h"
#include "tui/panels/panel.h"

struct app;
struct dialog;

struct dialog_class {
    size_t size; /* of the dialog's own struct, whose first member is struct dialog */
    bool whole;  /* instead of a box it has all room between the status and the key line, and keys that steer the run */
    const struct key_help *keys; /* for the key line; NULL: that stays the workbench's */
    void (*draw)(const struct dialog *d, struct canvas *c, const struct app *app); /* the inside of its box */
    int (*key)(struct dialog *d, struct app *app, int key);                        /* flags of enum reaction */
    void (*close)(struct dialog *d);                                               /* frees what it holds; may be NULL */
};

struct dialog {
    const struct dialog_class *class;
    struct dialog *below;
    char title[64];
    int rows, columns; /* of the inside, as wished: cut to the screen */
    bool of_run;       /* asks about the run that goes on: closes by itself when that is over */
};

/* A zeroed dialog on top of the others; NULL (and a message) without memory. */
struct dialog *dialog_open(struct app *app, const struct dialog_class *class, const char *title, int rows, int columns);
int dialog_key(struct app *app, int key);                            /* to the topmost: its reaction */
struct rectangle dialog_room(const struct app *app);                 /* of one that is whole, on the screen */
void dialog_draw(const struct app *app, struct canvas *screen);      /* all of them */
void dialog_close_all(struct app *app);
void dialog_run_over(struct app *app); /* closes those of the run */

/* A form over a field table. It edits a copy of the settings; `apply` gets the copy when the user is done. */
struct form_setup {
    const char *title;
    struct field_table fields;
    const void *settings;
    int target; /* which layer or section, for the two below */
    /* A line about the values as they stand; false: it says what is wrong. NULL: none. */
    bool (*describe)(const struct app *app, const void *settings, int target, char *out, size_t size);
    void (*apply)(struct app *app, const void *settings, int target);
};
void dialog_form(struct app *app, const struct form_setup *setup);
size_t dialog_form_size(struct field_table fields); /* of settings that the fields describe */

struct list_item {
    const char *name, *note, *help; /* left, right, and the line below the list; never NULL */
};

/* A list to choose from. */
struct list_setup {
    const char *title;
    int count;
    struct list_item (*item)(int position);
    void (*chosen)(struct app *app, int position);
};
void dialog_list(struct app *app, const struct list_setup *setup);

/* One line of text. `accept` gets it on Enter; false keeps the dialog open and shows the error in it. */
struct text_setup {
    const char *title, *prompt;
    const char *text; /* to begin with; NULL: empty */
    bool (*accept)(struct app *app, const char *text, struct error *e);
};
void dialog_text(struct app *app, const struct text_setup *setup);

/* A text with one key an answer; the first answer is Enter's too. Esc does nothing but close. `subject` (copied; NULL:
 * "") is what an answer acts on. */
enum { ANSWERS_MAX = 3 };
struct answer {
    int key;
    const char *label;
    void (*act)(struct app *app, const char *subject); /* NULL: just close */
};
void dialog_ask(struct app *app, const char *title, const char *text, const struct answer answers[ANSWERS_MAX],
                const char *subject);
void dialog_ask_of_run(struct app *app, const char *title, const char *text, const struct answer answers[ANSWERS_MAX]);
void dialog_tell(struct app *app, const char *title, const char *text);

void dialog_help(struct app *app);

/* All GPUs and the node, with their last minutes. */
void dialog_devices(struct app *app);
bool dialog_devices_shown(const struct app *app);
extern const struct key_help dialog_devices_keys[];

#endif
