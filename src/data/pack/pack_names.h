/* Names by number, as a long list of them needs little memory. */
#ifndef DATA_PACK_NAMES_H
#define DATA_PACK_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct pack_names {
    char *text;     /* each with a zero at its end */
    size_t *places; /* [count] in the text */
    size_t used, room;
    uint32_t count, places_room;
};

/* The next number's. False with an error. */
bool pack_names_add(struct pack_names *n, const char *name, struct error *e);
const char *pack_names_get(const struct pack_names *n, uint32_t number);
void pack_names_free(struct pack_names *n);

#endif
