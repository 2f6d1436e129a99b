/* Bytes on their way to the terminal. */
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
void outgoing_free(struct outgoing *out);

#endif
