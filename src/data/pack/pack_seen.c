/* A table with open addressing, at most half full. */
#include "data/pack/pack_seen.h"

#include <stdlib.h>

#include "base/memory.h"

struct pack_seen_entry {
    uint64_t hash;
    uint32_t number_and_one; /* 0: free */
};

static struct pack_seen_entry *place_of(struct pack_seen_entry *entries, size_t room, uint64_t hash)
{
    size_t at = (size_t)hash & (room - 1);

    while (entries[at].number_and_one && entries[at].hash != hash)
        at = (at + 1) & (room - 1);
    return &entries[at];
}

static bool grow(struct pack_seen *s, struct error *e)
{
    const size_t first = 1024, room = s->room ? 2 * s->room : first;
    struct pack_seen_entry *entries = memory_new(room, sizeof *entries, e);

    if (!entries)
        return false;
    for (size_t i = 0; i < s->room; i++)
        if (s->entries[i].number_and_one)
            *place_of(entries, room, s->entries[i].hash) = s->entries[i];
    free(s->entries);
    s->entries = entries;
    s->room = room;
    return true;
}

bool pack_seen_find(struct pack_seen *s, uint64_t hash, uint32_t number, int64_t *found, struct error *e)
{
    if (2 * s->used >= s->room && !grow(s, e))
        return false;
    struct pack_seen_entry *place = place_of(s->entries, s->room, hash);

    *found = place->number_and_one ? (int64_t)place->number_and_one - 1 : PACK_SEEN_NEW;
    if (*found == PACK_SEEN_NEW) {
        *place = (struct pack_seen_entry){ hash, number + 1 };
        s->used++;
    }
    return true;
}

void pack_seen_free(struct pack_seen *s)
{
    free(s->entries);
    *s = (struct pack_seen){ 0 };
}
