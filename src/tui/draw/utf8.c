#include "tui/draw/utf8.h"

#include <stddef.h>
#include <wchar.h>

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

static const struct {
    uint32_t first, last;
    char ascii;
} fallbacks[] = {
    { 0x00A0, 0x00A0, ' ' },                             /* no-break space */
    { 0x00B0, 0x00B0, '\'' },                            /* degree */
    { 0x00B1, 0x00B1, '~' }, { 0x00B5, 0x00B5, 'u' },    /* plus or minus, micro */
    { 0x00B7, 0x00B7, '-' }, { 0x00D7, 0x00D7, 'x' },    /* middle dot, times */
    { 0x2002, 0x200A, ' ' }, { 0x2010, 0x2015, '-' },    /* spaces, dashes */
    { 0x2018, 0x2019, '\'' }, { 0x201C, 0x201D, '"' },   /* quotation marks */
    { 0x2022, 0x2022, '*' }, { 0x2026, 0x2026, '~' },    /* bullet, ellipsis */
    { 0x202F, 0x202F, ' ' },                             /* narrow no-break space */
    { 0x2190, 0x2190, '<' }, { 0x2191, 0x2191, '^' },    /* arrows */
    { 0x2192, 0x2192, '>' }, { 0x2193, 0x2193, 'v' },
    { 0x2212, 0x2212, '-' }, { 0x2248, 0x2248, '~' },    /* minus, about */
    { 0x2500, 0x2501, '-' }, { 0x2502, 0x2503, '|' },    /* box lines */
    { 0x2504, 0x2505, '-' }, { 0x2506, 0x2507, '|' },
    { 0x250C, 0x254B, '+' },
    { 0x2581, 0x2581, '_' }, { 0x2582, 0x258F, '#' },    /* blocks, shades */
    { 0x2591, 0x2591, ':' }, { 0x2592, 0x2592, '+' },
    { 0x2593, 0x2593, '*' },
    { 0x25A0, 0x25A1, '#' }, { 0x25B2, 0x25B3, '^' },    /* squares, triangles */
    { 0x25B6, 0x25B8, '>' }, { 0x25BC, 0x25BE, 'v' },
    { 0x25C0, 0x25C2, '<' }, { 0x25CB, 0x25CB, 'o' },    /* circles */
    { 0x25CF, 0x25CF, '*' }, { 0x2713, 0x2714, 'x' },    /* check marks */
};

static bool is_hostile(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) ||       /* control characters of both sets */
           (c >= 0x200B && c <= 0x200F) ||              /* invisible, or marks of direction */
           (c >= 0x2028 && c <= 0x202E) ||              /* line ends, direction overrides */
           (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || c == UTF8_INVALID;
}

uint32_t utf8_shown(uint32_t character, bool unicode)
{
    if (is_hostile(character))
        return '?';
    if (unicode || character < 0x7F)
        return character;
    for (size_t i = 0; i < sizeof fallbacks / sizeof fallbacks[0]; i++)
        if (character >= fallbacks[i].first && character <= fallbacks[i].last)
            return (unsigned char)fallbacks[i].ascii;
    return '?';
}

int utf8_width(uint32_t character)
{
    int width = character < 0x7F ? 1 : wcwidth((wchar_t)character);

    return width < 0 ? 1 : width;
}
