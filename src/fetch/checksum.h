/* Checksums of files that arrive piece by piece, by OpenSSL: SHA-256, and MD5 where nothing better is published. MD5
 * finds a damaged file, not a forged one. */
#ifndef FETCH_CHECKSUM_H
#define FETCH_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { CHECKSUM_BYTES_MAX = 32 };

struct checksum_class;

/* A checksum as it is published. */
struct checksum {
    const struct checksum_class *class;
    uint8_t bytes[CHECKSUM_BYTES_MAX]; /* those behind the checksum's own are zero */
};

/* The checksum of the bytes so far; zeroed at first. */
struct checksum_state {
    const struct checksum_class *class;
    struct evp_md_ctx_st *context;
};

/* "sha256:" or "md5:" and hexadecimal digits. False: it is neither. */
bool checksum_parse(struct checksum *out, const char *text);

/* Of the same kind as `like`, of no bytes yet. False with an error, as where a system forbids MD5. */
bool checksum_begin(struct checksum_state *s, const struct checksum *like, struct error *e);
void checksum_add(struct checksum_state *s, const void *bytes, size_t size);
void checksum_end(struct checksum_state *s, struct checksum *out); /* the state is zeroed again */
void checksum_drop(struct checksum_state *s);                      /* without an end */

bool checksum_same(const struct checksum *a, const struct checksum *b);

#endif
