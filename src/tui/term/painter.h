/* A canvas into the bytes that bring a terminal from the last canvas to this one. The only file that knows curses: it
 * works out the difference and writes it into memory. */
#ifndef TUI_PAINTER_H
#define TUI_PAINTER_H

#include "tui/draw/canvas.h"
#include "tui/term/input.h"
#include "tui/term/outgoing.h"

struct painter;

/* `type` is what TERM says (NULL: nothing); one that nobody here has heard of is taken for one that speaks much the same.
 * `mono`: bold and reverse instead of colours. There is one painter at a time. painter_resize() comes next. */
struct painter *painter_open(const char *type, bool mono, struct error *e);
void painter_close(struct painter *p);

/* What takes the terminal over again after a suspension (the first paint does so by itself), and what brings it back. */
const char *painter_enter(const struct painter *p);
const char *painter_leave(const struct painter *p);

void painter_learn_keys(const struct painter *p, struct input *in); /* the sequences of this terminal's keys */
void painter_default_size(const struct painter *p, int *rows, int *columns); /* when the system knows none */

/* The screen has this size now; the next paint draws everything. */
bool painter_resize(struct painter *p, int rows, int columns, struct error *e);
void painter_forget(struct painter *p);

/* Appends what changes; nothing when nothing does. */
bool painter_paint(struct painter *p, const struct canvas *c, struct outgoing *out, struct error *e);

#endif
