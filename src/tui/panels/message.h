/* What happened, at the bottom of the screen until the next key: in place of the key line and, where it is longer, of
 * the rows above it, broken at blanks. */
#ifndef TUI_MESSAGE_H
#define TUI_MESSAGE_H

#include "tui/draw/canvas.h"

struct app;

/* False when there is nothing to say in place of the key line. A model that cannot be is told above it, while its
 * layers have the focus. */
bool message_draw(struct canvas *screen, const struct app *app);

#endif
