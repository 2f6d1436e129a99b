/* The images that a model gets wrong or is least sure of, each with its label, the answer, how sure that is, and its
 * file. */
#ifndef TUI_INSPECT_IMAGES_H
#define TUI_INSPECT_IMAGES_H

#include "tui/inspect/inspect_page.h"
#include "tui/state/findings.h"

struct app;

/* Asks for those that are on the screen. */
void inspect_images_ask(const struct inspect_dialog *d, struct app *app);
void inspect_images_draw(struct canvas *c, const struct inspect_dialog *d, const struct app *app);

/* "most wrong: 1 to 8 of 96" */
void inspect_images_title(const struct inspect_dialog *d, const struct findings *f, char *out, size_t size);

#endif
