/* Bytes on their way out. */
#ifndef TUI_OUTGOING_H
#define TUI_OUTGOING_H

#include <stdbool.h>
#include <stddef.h>

struct outgoing {
    char *bytes;
    size_t used, room;
    bool failed; /* there was no memory; nothing more is added */
};

void outgoing_add(struct outgoing *out, const void *bytes, size_t size);
void outgoing_free(struct outgoing *out);

#endif
