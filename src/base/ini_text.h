/* INI text, `name = value` lines in [sections]: read with the number of a line that is wrong, and written so that any
 * value is read again as it was. A line may be of any length. A value ends with its line or at a comment, which is a
 * semicolon behind a blank; blanks around it are left out. One that begins with a quotation mark ends at the next:
 * between them all is taken as it is but \" and \\, which are " and \, and \xHH, the byte with that number in
 * hexadecimal. */
#ifndef BASE_INI_TEXT_H
#define BASE_INI_TEXT_H

#include <stdio.h>

#include "base/error.h"

enum { INI_FILE_MAX = 1 << 20 }; /* bytes */

/* Takes one `key = value` of a section, "" before the first; false with an error says what is wrong with it. */
typedef bool ini_taker(void *context, const char *section, const char *key, const char *value, struct error *e);

/* Calls `take` for each, until something is wrong. `called` is the text's name for errors, "NAME:12: …". False with
 * ERROR_INPUT or ERROR_MEMORY. */
bool ini_text_read(const char *text, const char *called, ini_taker *take, void *context, struct error *e);

/* The same, but goes on after what is wrong; the error is about the first of that. */
bool ini_text_read_on(const char *text, const char *called, ini_taker *take, void *context, struct error *e);

/* A file as text, which free() frees; one that is longer than INI_FILE_MAX or holds a zero is "not `what`". NULL with
 * an error. */
char *ini_text_load(const char *path, const char *what, struct error *e);

/* Writes the line of a value, in quotes where it would else be read as another one. Errors are those of the stream. */
void ini_text_write(FILE *out, const char *key, const char *value);

#endif
