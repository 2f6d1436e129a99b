#include "data/images/exif.h"

#include <stdbool.h>
#include <string.h>

enum { START = 6 /* "Exif\0\0" */, HEADER = 8, ENTRY = 12, ORIENTATION = 0x0112, SHORT_TYPE = 3 };

struct tiff {
    const uint8_t *bytes;
    size_t size;
    bool big_endian;
};

/* 0 past the end. */
static uint32_t number(const struct tiff *t, size_t at, size_t bytes)
{
    uint32_t value = 0;

    if (at > t->size || bytes > t->size - at)
        return 0;
    for (size_t i = 0; i < bytes; i++)
        value = value << 8 | t->bytes[at + (t->big_endian ? i : bytes - 1 - i)];
    return value;
}

int exif_orientation(const uint8_t *bytes, size_t size)
{
    struct tiff t = { bytes + START, size - START, false };

    if (size < START + HEADER || memcmp(bytes, "Exif\0\0", START) != 0)
        return 1;
    t.big_endian = t.bytes[0] == 'M';
    size_t directory = number(&t, 4, 4);
    uint32_t count = number(&t, directory, 2);

    for (uint32_t i = 0; i < count; i++) {
        size_t entry = directory + 2 + (size_t)i * ENTRY;

        if (entry + ENTRY > t.size)
            break;
        if (number(&t, entry, 2) == ORIENTATION && number(&t, entry + 2, 2) == SHORT_TYPE) {
            uint32_t value = number(&t, entry + 8, 2);
            return value >= 1 && value <= 8 ? (int)value : 1;
        }
    }
    return 1;
}
