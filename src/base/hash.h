/* A 64-bit number that stands for some bytes: other bytes have another one, but by chance or by intent. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/* Depends on the bytes, their number, and `seed`, which is a hash to go on from or 0. */
uint64_t hash_bytes(const void *bytes, size_t size, uint64_t seed);

#endif
