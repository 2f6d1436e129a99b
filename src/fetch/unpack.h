/* Unpacks an archive that somebody else made. What would lie outside its folder, links, devices, and more than was
 * announced are refused. */
#ifndef FETCH_UNPACK_H
#define FETCH_UNPACK_H

#include <stdint.h>

#include "base/error.h"

struct unpacking {
    const char *archive;
    const char *folder; /* which is there, and which nobody else writes to */
    int strip;          /* folders of each name that are left out; an entry that has no more is not unpacked */
    uint64_t bytes_max; /* of all files */
    bool (*tell)(void *context, uint64_t read); /* bytes of the archive so far; false: stop */
    void *context;
};

/* *bytes: what its files have, in any case. False with ERROR_INPUT, ERROR_IO, ERROR_MEMORY or ERROR_STOPPED; what was
 * unpacked until then stays. */
bool unpack(const struct unpacking *u, uint64_t *bytes, struct error *e);

#endif
