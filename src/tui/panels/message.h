/* What happened, until the next key: in the rows above the key line, broken at blanks. On a small screen, where a run's
 * numbers stand there, it takes the key line's row instead. */
#ifndef TUI_MESSAGE_H
#define TUI_MESSAGE_H

#include "tui/draw/canvas.h"

struct app;

/* Nothing where there is nothing to say. A model that cannot be is told while its layers have the focus. True when it
 * stands in place of the key line. */
bool message_draw(struct canvas *screen, const struct app *app);

#endif
