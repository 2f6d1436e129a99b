/* Bytes on their way to the terminal, and what curses writes made plainer: a slow link carries less, and no terminal
 * gets a sequence that it may not know. */
#ifndef TUI_OUTGOING_H
#define TUI_OUTGOING_H

#include <stdbool.h>
#include <stddef.h>

/* A zeroed one is empty. */
struct outgoing {
    char *bytes;
    size_t used, room;
    bool failed; /* out of memory; nothing more is added */
};

void outgoing_add(struct outgoing *out, const void *bytes, size_t size);

/* Adds what curses wrote. Repetitions are written out, as many terminals that call themselves xterm cannot repeat. Left
 * out are the return from a character set that is never used, and resets of what is reset again at once. */
void outgoing_add_plainer(struct outgoing *out, const char *bytes, size_t size);

void outgoing_free(struct outgoing *out);

#endif
