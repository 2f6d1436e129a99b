/* Short texts: bounded copies, strict numbers, figures for people, and the sanitiser for foreign text. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copies at most size - 1 bytes and always terminates; false when the text was cut. */
bool text_copy(char *to, size_t size, const char *from);

/* Appends to a terminated text; false when it was cut. */
bool text_append(char *to, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The whole text (blanks around it allowed) must be one number that fits; else false and *out is left alone. */
bool text_to_int64(const char *text, int64_t *out);
bool text_to_double(const char *text, double *out); /* finite numbers only, decimal point whatever the locale */

/* For people: 592138 -> "592 k", 3212 -> "3212", 1200000 -> "1.2 M". */
void text_count(char *to, size_t size, uint64_t count);
/* 1536 -> "1.5 K", 3221225472 -> "3.0 G" (powers of 1024). */
void text_bytes(char *to, size_t size, uint64_t bytes);
/* 42.3 -> "0:42", 4000 -> "1:06:40". A negative or unknown duration is "n/a". */
void text_duration(char *to, size_t size, double seconds);

/* Copies foreign text so that it is safe on a terminal: control bytes and invalid UTF-8 become '?'.
 * Everything shown that comes from outside (file, class and device names, error texts) goes through here. */
void text_sanitise(char *to, size_t size, const char *from);

/* Trims blanks at both ends in place; returns the first character that is left. */
char *text_trim(char *text);

#endif
