#include "base/lzf.h"

#include <string.h>

/* A packed byte below it begins so many bytes as they are; others a repetition. */
enum { LITERALS = 32, LENGTH_GOES_ON = 7 };

/* Byte by byte: a repetition may go on into what it makes. */
static void repeat(uint8_t *to, size_t back, size_t length)
{
    for (const uint8_t *from = to - back; length > 0; length--)
        *to++ = *from++;
}

bool lzf_unpack(const uint8_t *packed, size_t packed_size, uint8_t *to, size_t size)
{
    const uint8_t *at = packed, *end = packed + packed_size;
    size_t made = 0;

    while (at < end) {
        const unsigned control = *at++;
        size_t length = control < LITERALS ? control + 1 : control >> 5;

        if (control < LITERALS) {
            if (length > (size_t)(end - at) || length > size - made)
                return false;
            memcpy(to + made, at, length);
            at += length;
        } else {
            if ((size_t)(end - at) < (length == LENGTH_GOES_ON ? 2 : 1))
                return false;
            if (length == LENGTH_GOES_ON)
                length += *at++;
            length += 2;

            const size_t back = ((control & 31) << 8 | *at++) + 1;

            if (back > made || length > size - made)
                return false;
            repeat(to + made, back, length);
        }
        made += length;
    }
    return made == size;
}
