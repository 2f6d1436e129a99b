/* The last rows of the Dataset panel: what can be fetched, and is not here. */
#ifndef TUI_OFFER_ROWS_H
#define TUI_OFFER_ROWS_H

#include "tui/draw/canvas.h"

struct app;

enum { OFFER_ROW_SIZE = 32 };

/* What to write in a row: the name on the left, `right` on the right. */
struct offer_row {
    const char *name;
    char right[OFFER_ROW_SIZE]; /* its size, or how far it is */
    enum role role;
};

int offer_rows_count(const struct app *app);
int offer_rows_find(const struct app *app, const char *name); /* its position; -1: it cannot be fetched, or is here */
struct offer_row offer_rows_at(const struct app *app, int position);

/* Enter: asks whether it is to be fetched, or stopped, or says why it could not be. */
void offer_rows_enter(struct app *app, int position);

#endif
