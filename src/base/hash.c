/* Products of 64 by 64 bits, folded, as in wyhash. */
#include "base/hash.h"

#include <string.h>

#include "base/limits.h"

static const uint64_t first_key = 0xA0761D6478BD642Fu, second_key = 0xE7037ED1A0B428DBu;

static uint64_t mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;

    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed)
{
    uint64_t hash = mix(seed ^ first_key, size ^ second_key);

    for (const uint8_t *from = bytes; size > 0;) {
        uint64_t pair[2] = { 0, 0 };
        size_t n = size_min(size, sizeof pair);

        memcpy(pair, from, n);
        hash = mix(pair[0] ^ first_key, pair[1] ^ hash ^ second_key);
        from += n;
        size -= n;
    }
    return mix(hash ^ second_key, first_key);
}
