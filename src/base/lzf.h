/* Unpacks what LibLZF has packed, as h5py does with compression="lzf". The format has no header and no checksum. */
#ifndef BASE_LZF_H
#define BASE_LZF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Unpacks into exactly `size` bytes. False: the packed bytes are no such data, or make more or fewer. */
bool lzf_unpack(const uint8_t *packed, size_t packed_size, uint8_t *to, size_t size);

#endif
