/* Turns a canvas into the bytes that change a terminal from the last canvas to this one. */
#ifndef TUI_PAINTER_H
#define TUI_PAINTER_H

#include "tui/draw/canvas.h"
#include "tui/term/input.h"
#include "tui/term/look.h"
#include "tui/term/outgoing.h"

struct painter;

/* `type` is the value of TERM, or NULL; an unknown type is treated as a common one. There is one painter at a time.
 * Call painter_resize() before anything is painted. */
struct painter *painter_open(const char *type, struct error *e);
void painter_close(struct painter *p);

/* The bytes that take over the terminal, and those that restore it. */
const char *painter_enter(const struct painter *p);
const char *painter_leave(const struct painter *p);

void painter_learn_keys(const struct painter *p, struct input *in); /* the sequences of this terminal's keys */
int painter_colors(const struct painter *p);     /* that pixels can have here; 0: none */
bool painter_has_mouse(const struct painter *p); /* this terminal is known to report one */
void painter_default_size(const struct painter *p, int *rows, int *columns); /* where the system does not tell */

/* The screen has this size from now on; the next paint draws everything. */
bool painter_resize(struct painter *p, int rows, int columns, struct error *e);
void painter_forget(struct painter *p);
void painter_theme(struct painter *p, enum theme theme); /* THEME_auto at first */

/* Whether the terminal repeats a character on demand (ECMA-48's REP), which makes the lines of frames cheap, is tried
 * out: many that call themselves xterm do not. The paint after painter_probe() asks, and leaves the frames for the next
 * one, which comes when painter_repeats() has been told. */
void painter_probe(struct painter *p);
void painter_repeats(struct painter *p, bool repeats);

/* Appends what changes to `out`; nothing when nothing does. */
bool painter_paint(struct painter *p, const struct canvas *c, struct outgoing *out, struct error *e);

#endif
