/* The link to the terminal: its descriptors, writing that never blocks, reading, and one descriptor to wait on. */
#ifndef TUI_LINK_H
#define TUI_LINK_H

#include "base/error.h"
#include "tui/term/input.h"
#include "tui/term/outgoing.h"

struct link {
    int input, output;
    bool own_output; /* `output` was opened by us, and is closed by us */
    int events;      /* epoll: input, signals, timer, and output while a part of the frame waits */
    int timer;
    struct outgoing frame;
    size_t sent;     /* bytes of the frame */
    bool gone;       /* the terminal is gone */
};

/* `wake` is another descriptor to wait on. After an error link_close() frees what is there. */
bool link_open(struct link *l, int wake, struct error *e);
void link_close(struct link *l);

void link_flush(struct link *l); /* sends as much of the frame as there is room for */
void link_drop(struct link *l);  /* drops the rest of the frame */
bool link_idle(const struct link *l); /* all was sent, and the system holds none of it back */

/* Reads what has come into `in`; false when nothing has. */
bool link_read(struct link *l, struct input *in);

/* The descriptor to wait on also wakes after so many seconds (negative: it does not). */
void link_alarm(const struct link *l, double seconds);

#endif
