/* The way to the terminal and back: descriptors, bytes out that never block, bytes in, and one descriptor to wait on. */
#ifndef TUI_LINK_H
#define TUI_LINK_H

#include "base/error.h"
#include "tui/term/input.h"
#include "tui/term/outgoing.h"

struct link {
    int input, output;
    bool own_output; /* `output` was opened anew */
    int events;      /* epoll: input, signals, timer, and output while a part of the frame waits */
    int timer;
    struct outgoing frame;
    size_t sent;     /* of the frame */
    bool gone;       /* the terminal is no more */
};

/* `wake` is a descriptor to wait for besides. */
bool link_open(struct link *l, int wake, struct error *e);
void link_close(struct link *l);

/* Sends of the frame what there is room for. */
void link_flush(struct link *l);
void link_drop(struct link *l); /* what is left of the frame */

/* Takes in what has come; false when nothing has. */
bool link_read(struct link *l, struct input *in);

/* The descriptor to wait on wakes after so many seconds, too (negative: not). */
void link_alarm(const struct link *l, double seconds);

#endif
