/* The terminal: curses behind a buffer of ours. A frame leaves in one write, followed by a status request
 * (ESC [ 5 n); until the terminal answers (ESC [ 0 n) no further frame is sent, and then the latest state wins.
 * A terminal that never answers gets frames at a timed rate. */
#ifndef TUI_TERMINAL_H
#define TUI_TERMINAL_H

#include "tui/draw/canvas.h"

struct terminal;

struct terminal_options {
    bool ascii, mono; /* forced; else found out from the locale, TERM and NO_COLOR */
};

struct terminal_traffic {
    double bytes_per_second; /* over the last ten seconds */
    double round_trip;       /* seconds, of the newest answered frame; negative while unknown */
    uint64_t bytes, frames;
    bool answers;            /* the terminal answers status requests */
};

/* Takes the terminal over (after setlocale()); restored by terminal_close() and on every way out: exit, SIGQUIT,
 * SIGSEGV, SIGABRT, SIGALRM and kin, a second SIGINT, SIGTERM or SIGHUP (only async-signal-safe calls there). SIGUSR1,
 * SIGUSR2, SIGPIPE and SIGXFSZ do nothing while it is open. One at a time. ERROR_USAGE when standard input or output is
 * none. */
struct terminal *terminal_open(const struct terminal_options *o, struct error *e);
void terminal_close(struct terminal *t);

void terminal_size(const struct terminal *t, int *rows, int *columns);
bool terminal_unicode(const struct terminal *t);

/* The descriptor to poll for reading. It becomes readable for anything that terminal_key() has to look at: keys and
 * answers, an Escape key that nothing followed, signals, room for the rest of a frame. */
int terminal_input(const struct terminal *t);

/* The next key (keys.h), KEYCODE_RESIZE after a resize, or KEYCODE_NONE when none waits. Never blocks. Answers to status
 * requests are taken out of the stream here. Ctrl-C is key 3; Ctrl-Z suspends the program here and comes back redrawn.
 * *ended is true when the terminal is gone or a signal asks the program to end (a second one ends it at once). */
int terminal_key(struct terminal *t, bool *ended);
int terminal_signal(const struct terminal *t); /* SIGINT, SIGTERM, SIGHUP or SIGXCPU that came; 0: none */

/* True when a frame may be sent now; else *seconds says when to ask again without an answer (negative: on input). */
bool terminal_ready(const struct terminal *t, double *seconds);

/* Sends what differs from what is shown; nothing at all when nothing does, or while terminal_ready() is false. */
bool terminal_show(struct terminal *t, const struct canvas *c, struct error *e);
void terminal_forget(struct terminal *t); /* the next show draws everything again */
void terminal_bell(struct terminal *t);   /* with the next frame */
void terminal_traffic(const struct terminal *t, struct terminal_traffic *out);

#endif
