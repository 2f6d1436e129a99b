/* UTF-8, one character at a time. */
#ifndef TUI_UTF8_H
#define TUI_UTF8_H

#include <stddef.h>
#include <stdint.h>

enum { UTF8_SIZE = 4, UTF8_INVALID = 0xFFFD };

/* The character at *text, which moves past it; 0 at the end (and stays). Bytes that are no UTF-8 (overlong forms and
 * surrogates too) come out as UTF8_INVALID, one a byte. */
uint32_t utf8_next(const char **text);

/* Bytes of a sequence that starts with this byte: 1 to 4; 0 when none can start with it. */
int utf8_length(unsigned char first);

/* Writes the character without a terminator and returns its length. */
int utf8_put(char out[UTF8_SIZE], uint32_t character);

#endif
