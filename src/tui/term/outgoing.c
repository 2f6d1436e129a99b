#include "tui/term/outgoing.h"

#include <stdlib.h>
#include <string.h>

void outgoing_add(struct outgoing *out, const void *bytes, size_t size)
{
    if (size == 0)
        return;
    if (out->used + size > out->room) {
        size_t room = (out->used + size) * 2;
        char *larger = out->failed ? NULL : realloc(out->bytes, room);

        if (larger == NULL) {
            out->failed = true;
            return;
        }
        out->bytes = larger;
        out->room = room;
    }
    memcpy(out->bytes + out->used, bytes, size);
    out->used += size;
}

void outgoing_free(struct outgoing *out)
{
    free(out->bytes);
    *out = (struct outgoing){ 0 };
}
