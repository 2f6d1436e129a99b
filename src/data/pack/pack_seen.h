/* Which images were seen already, by the hashes of their bytes. */
#ifndef DATA_PACK_SEEN_H
#define DATA_PACK_SEEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { PACK_SEEN_NEW = -1 };

struct pack_seen {
    struct pack_seen_entry *entries;
    size_t room, used;
};

/* The number of the image that was added with this hash, or PACK_SEEN_NEW: then it is added as `number`, below 2^32.
 * False with an error. */
bool pack_seen_find(struct pack_seen *s, uint64_t hash, uint32_t number, int64_t *found, struct error *e);
void pack_seen_free(struct pack_seen *s);

#endif
