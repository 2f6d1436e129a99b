/* The terminal: a painter behind a link. A frame is sent in one write, followed by a status request, ESC[5n.
 * Until the terminal answers, ESC[0n, no other frame is sent, and then the latest state is shown. Frames that nobody
 * asked for come as often as the link allows (pace.h), and to a terminal that never answers at a fixed rate. */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include "tui/draw/canvas.h"
#include "tui/term/flow.h"
#include "tui/term/look.h"

struct terminal;

struct terminal_options {
    bool ascii; /* forced; otherwise locale and TERM decide */
};

/* Takes over the terminal; setlocale() comes before. ERROR_USAGE where standard input or output is no terminal. There
 * is one at a time. The terminal is restored by terminal_close() and on every other way out: exit, a crash, SIGQUIT,
 * SIGALRM and the like, a second SIGINT, SIGTERM or SIGHUP. While it is open, SIGPIPE and SIGXFSZ do nothing. */
struct terminal *terminal_open(const struct terminal_options *o, struct error *e);
void terminal_close(struct terminal *t);

void terminal_size(const struct terminal *t, int *rows, int *columns);
int terminal_colors(const struct terminal *t); /* that pixels can have in its theme; 0: none */
bool terminal_unicode(const struct terminal *t);

/* The descriptor to wait on. It can be read when terminal_key() has something to look at: keys and answers, an Escape
 * key that nothing followed, signals, room for the rest of a frame. */
int terminal_input(const struct terminal *t);

/* The next key (keycodes.h), KEYCODE_RESIZE after a resize, KEYCODE_CHECKPOINT after SIGUSR1 and SIGUSR2, or
 * KEYCODE_NONE when there is none. Never waits. Answers to status requests are taken out here; Ctrl-Z suspends the
 * program here, and the screen is drawn again afterwards. *ended is true when the terminal is gone or a signal asks the
 * program to end. */
int terminal_key(struct terminal *t, bool *ended);
int terminal_signal(const struct terminal *t); /* that asks the program to end; 0: none */

/* True when a frame may be sent now; otherwise *seconds is how long to wait before asking again (negative: until there
 * is input). `asked`: somebody waits for what it shows. */
bool terminal_ready(const struct terminal *t, bool asked, double *seconds);

/* Sends what differs from what is shown; nothing when nothing does, or while terminal_ready() is false. That the
 * terminal is gone is no error here: terminal_key() tells it. */
bool terminal_show(struct terminal *t, const struct canvas *c, bool asked, struct error *e);
/* True when the frame was the first half of a picture, the most useful one: the other is to be shown as soon as the
 * terminal is ready. This is so when it is taken over. */
bool terminal_halved(const struct terminal *t);
void terminal_forget(struct terminal *t); /* the next frame draws everything again */
/* Reports what the mouse does as keys (mouse.h), from the next frame on, where the terminal is known to have one. */
void terminal_mouse(struct terminal *t, bool wanted);
void terminal_theme(struct terminal *t, enum theme theme); /* from the next frame on; THEME_auto at first */
void terminal_limit(struct terminal *t, const struct pace_limits *limits); /* none at first */
void terminal_bell(struct terminal *t);   /* with the next frame */
struct traffic terminal_traffic(const struct terminal *t);

#endif
