/* UTF-8, one character at a time, and how a terminal shows a character. */
#ifndef TUI_UTF8_H
#define TUI_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UTF8_SIZE = 4, UTF8_INVALID = 0xFFFD };

/* The character at *text, which moves past it; 0 at the end, where *text stays. Each byte that is not valid UTF-8
 * (overlong forms and surrogates are not) gives UTF8_INVALID. */
uint32_t utf8_next(const char **text);

/* Length of a sequence that begins with this byte: 1 to 4; 0 when none can. */
int utf8_length(unsigned char first);

/* Writes the character without a terminating zero and returns its length. */
int utf8_put(char out[UTF8_SIZE], uint32_t character);

/* What to show for a character from anywhere. Control characters, marks that change the writing direction and invalid
 * characters become '?'. Without Unicode, box lines, blocks and the like become ASCII, everything else '?'. */
uint32_t utf8_shown(uint32_t character, bool unicode);

/* Columns: 0 (a combining mark), 1 or 2, from the locale's tables (call setlocale() first); 1 when they do not know. */
int utf8_width(uint32_t character);

#endif
