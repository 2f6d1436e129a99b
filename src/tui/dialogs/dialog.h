/* Dialogs: boxes over the screen that take all keys. Like a panel, a dialog is a const class: draw reads, key changes.
 * They form a stack: the topmost gets the keys, and Esc closes it. */
#ifndef TUI_DIALOG_H
#define TUI_DIALOG_H

#include "tui/draw/canvas.h"
#include "tui/keys.h"

struct app;
struct dialog;

struct dialog_class {
    size_t size; /* of the dialog's own struct, whose first member is a struct dialog */
    bool whole;  /* it is no box: it fills the screen between status and key line, and keys that steer the run work */
    bool alone;  /* a box with nothing behind it */
    const struct key_help *keys; /* for the key line */
    bool takes_text; /* text can be typed into it, and pasted: characters with KEYCODE_PASTED come to it */
    void (*draw)(const struct dialog *d, struct canvas *c, const struct app *app); /* the inside of its box */
    int (*key)(struct dialog *d, struct app *app, int key);                        /* flags of enum reaction */
    /* The mouse was pressed inside its box, `again` in the same cell: selects what is there. Returns the key that this
     * press stands for, or KEYCODE_NONE. NULL: pressing means nothing. */
    int (*point)(struct dialog *d, struct rectangle inside, int row, int column, bool again);
    void (*close)(struct dialog *d, struct app *app); /* before it is freed; may be NULL */
};

struct dialog {
    const struct dialog_class *class;
    struct dialog *below;
    const struct key_help *keys; /* those of now: its class's, until it sets others */
    char title[64];
    int rows, columns; /* wanted inside its box; the screen may have fewer */
    bool of_run;       /* a question about the run that goes on: it closes by itself when the run is over */
};

/* A zeroed dialog on top of the others; NULL, with a message on the screen, without memory. */
struct dialog *dialog_open(struct app *app, const struct dialog_class *class, const char *title, int rows, int columns);
struct dialog *dialog_find(const struct app *app, const struct dialog_class *class); /* NULL: none is open */
void dialog_close(struct app *app, struct dialog *d);
void dialog_close_all(struct app *app);

int dialog_key(struct app *app, int key);                       /* for the topmost: its reaction */
struct rectangle dialog_room(const struct app *app);            /* on the screen, of a whole one */
struct rectangle dialog_inside(const struct app *app);          /* of the topmost, where its class draws */
void dialog_draw(const struct app *app, struct canvas *screen); /* all of them */

void dialog_run_over(struct app *app); /* closes the questions about the run */

#endif
