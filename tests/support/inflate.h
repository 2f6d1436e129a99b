/* Decompression without zlib, for machines that have a compiler and nothing else. */
#ifndef SUPPORT_INFLATE_H
#define SUPPORT_INFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decompresses a zlib stream (RFC 1950, of RFC 1951's deflate) that must fill `to` exactly. False if it does not, or is
 * damaged; the checksum is not read. */
bool inflate_zlib(const uint8_t *from, size_t from_bytes, uint8_t *to, size_t to_bytes);

#endif
