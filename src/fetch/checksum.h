/* Checksums of files that arrive piece by piece: SHA-256 (FIPS 180-4), and MD5 (RFC 1321) where nothing better is
 * published. MD5 finds a damaged file, not a forged one. */
#ifndef FETCH_CHECKSUM_H
#define FETCH_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CHECKSUM_BYTES_MAX = 32, CHECKSUM_BLOCK = 64 };

struct checksum_class;

/* A checksum as it is published. */
struct checksum {
    const struct checksum_class *class;
    uint8_t bytes[CHECKSUM_BYTES_MAX]; /* those behind the checksum's own are zero */
};

/* The checksum of the bytes so far. It may be copied. */
struct checksum_state {
    const struct checksum_class *class;
    uint32_t words[8];
    uint8_t block[CHECKSUM_BLOCK]; /* what is left of the bytes: the first `count` modulo the block's size */
    uint64_t count;
};

/* "sha256:" or "md5:" and hexadecimal digits. False: it is neither. */
bool checksum_parse(struct checksum *out, const char *text);

void checksum_begin(struct checksum_state *s, const struct checksum *like); /* of the same kind */
void checksum_add(struct checksum_state *s, const void *bytes, size_t size);

void checksum_end(struct checksum_state *s, struct checksum *out); /* the state is of no use any more */
bool checksum_same(const struct checksum *a, const struct checksum *b);

#endif
