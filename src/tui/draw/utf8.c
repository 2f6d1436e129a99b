#include "tui/draw/utf8.h"

int utf8_length(unsigned char first)
{
    if (first < 0x80)
        return 1;
    if (first < 0xC2) /* a continuation, or an overlong form of ASCII */
        return 0;
    if (first < 0xE0)
        return 2;
    if (first < 0xF0)
        return 3;
    return first < 0xF5 ? 4 : 0;
}

uint32_t utf8_next(const char **text)
{
    static const uint32_t smallest[UTF8_SIZE + 1] = { 0, 0, 0x80, 0x800, 0x10000 };
    const unsigned char *at = (const unsigned char *)*text;
    int length = utf8_length(at[0]);

    if (at[0] == '\0')
        return 0;
    if (length == 1) {
        *text += 1;
        return at[0];
    }

    uint32_t character = length == 0 ? 0 : at[0] & (0x7Fu >> length);
    for (int i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) { /* also the end of the text */
            length = 0;
            break;
        }
        character = character << 6 | (at[i] & 0x3F);
    }
    if (length == 0 || character < smallest[length] || character > 0x10FFFF ||
        (character >= 0xD800 && character <= 0xDFFF)) {
        *text += 1;
        return UTF8_INVALID;
    }
    *text += length;
    return character;
}

int utf8_put(char out[UTF8_SIZE], uint32_t character)
{
    if (character < 0x80) {
        out[0] = (char)character;
        return 1;
    }

    int length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (int i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (character & 0x3F));
        character >>= 6;
    }
    out[0] = (char)(0xF0u << (4 - length) | character);
    return length;
}
