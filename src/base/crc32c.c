#include "base/crc32c.h"

uint32_t crc32c(const void *bytes, size_t size)
{
    const uint32_t reflected = 0x82f63b78; /* of the polynomial 0x1edc6f41 */
    const unsigned char *next = bytes;
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < size; i++) {
        crc ^= next[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? reflected : 0);
    }
    return ~crc;
}
