#include "data/pack/pack_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

static bool no_room(struct error *e)
{
    return error_set(e, ERROR_MEMORY, "not enough memory for the names of the images");
}

bool pack_names_add(struct pack_names *n, const char *name, struct error *e)
{
    const size_t size = strlen(name) + 1;

    if (n->used + size > n->room) {
        const size_t room = size_max(2 * n->room, n->used + size);
        char *text = realloc(n->text, room);

        if (!text)
            return no_room(e);
        n->text = text;
        n->room = room;
    }
    if (n->count == n->places_room) {
        const uint32_t first = 1024, room = n->places_room ? 2 * n->places_room : first;
        size_t *places = realloc(n->places, room * sizeof *places);

        if (!places)
            return no_room(e);
        n->places = places;
        n->places_room = room;
    }
    n->places[n->count++] = n->used;
    memcpy(n->text + n->used, name, size);
    n->used += size;
    return true;
}

const char *pack_names_get(const struct pack_names *n, uint32_t number)
{
    return n->text + n->places[number];
}

void pack_names_free(struct pack_names *n)
{
    free(n->text);
    free(n->places);
    *n = (struct pack_names){ .text = NULL };
}
