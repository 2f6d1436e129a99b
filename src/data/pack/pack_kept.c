#include "data/pack/pack_kept.h"

#include <stdlib.h>

#include "base/limits.h"
#include "data/pack/pack_hdf5.h"

uint64_t pack_kept_place(const struct pack_kept *k, enum split split)
{
    const uint64_t end = k->end ? k->end : k->base;

    if (!k->apart || k->count[split] > 0)
        return end;
    return k->base + size_round_up(end - k->base, PACK_ALIGNED);
}

bool pack_kept_add(struct pack_kept *k, enum split split, const struct pack_kept_image *image, struct error *e)
{
    if (k->count[split] == k->room[split]) {
        const uint32_t first = 1024, room = k->room[split] ? 2 * k->room[split] : first;
        struct pack_kept_image *larger = realloc(k->images[split], (size_t)room * sizeof *larger);

        if (!larger)
            return error_set(e, ERROR_MEMORY, "not enough memory for the list of %u images", room);
        k->images[split] = larger;
        k->room[split] = room;
    }
    k->images[split][k->count[split]++] = *image;
    k->end = image->at + image->size;
    return true;
}

void pack_kept_free(struct pack_kept *k)
{
    for (int i = 0; i < SPLIT_COUNT; i++)
        free(k->images[i]);
    *k = (struct pack_kept){ .base = 0 };
}
