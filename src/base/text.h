/* Short texts: copies that fit, numbers from text, numbers for people, and text from outside made safe to show.
 * `size` is that of the array `to`, in bytes, at least 1; every result is terminated. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TEXT_LOSS_SIZE = 32 };

/* Copies; false when the text was cut to fit. */
bool text_copy(char *to, size_t size, const char *from);

/* Appends to the text that is there; false when it was cut to fit. */
bool text_append(char *to, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The whole text must be one decimal number, with blanks around it or not; else false, and *out is unchanged. */
bool text_to_int64(const char *text, int64_t *out);
bool text_to_bytes(const char *text, uint64_t *out); /* "4G": with K, M, G or T behind it, times 1024 for each */
bool text_to_double(const char *text, double *out); /* finite; decimal point in any locale */

/* For people: 592138 -> "592 k", 3212 -> "3212", 1200000 -> "1.2 M". */
void text_count(char *to, size_t size, uint64_t count);
/* 1536 -> "1.5 K", 3221225472 -> "3.0 G" (powers of 1024). */
void text_bytes(char *to, size_t size, uint64_t bytes);
/* Work done in a second: 3.82e10 -> "38.2 GFLOP/s"; "n/a" where it is not above 0. */
void text_flops(char *to, size_t size, double per_second);
/* 42.3 -> "0:42", 4000 -> "1:06:40"; a negative or unknown duration (NAN) -> "n/a". */
void text_duration(char *to, size_t size, double seconds);
/* 0.31236 -> "0.3124"; from 100,000 on, as of a run that diverges, "1.235e+08". */
void text_loss(char to[TEXT_LOSS_SIZE], double loss);

/* Copies text so that it is safe on a terminal: '?' replaces invalid UTF-8, control characters, and characters that
 * break lines, turn the direction of writing or take no room; of many marks over one character two stay. No character
 * is cut in two. All text from outside (names of files, classes and devices, error texts) must pass through here before
 * it is shown. */
void text_sanitise(char *to, size_t size, const char *from);

/* Removes blanks at both ends, in place; returns a pointer to the first character that is left. */
char *text_trim(char *text);

/* Copies the first line of a text, without its end and cut to fit. Returns where the next one begins. */
const char *text_line(char *to, size_t size, const char *from);

#endif
