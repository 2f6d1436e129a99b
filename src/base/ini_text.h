/* Reads INI text, `name = value` lines in [sections], with the number of a line that is wrong. */
#ifndef BASE_INI_TEXT_H
#define BASE_INI_TEXT_H

#include "base/error.h"

enum { INI_FILE_MAX = 1 << 20 }; /* bytes */

/* Takes one `key = value` of a section; false with an error ends the reading. */
typedef bool ini_taker(void *context, const char *section, const char *key, const char *value, struct error *e);

/* Calls `take` for each. `called` is the text's name for errors, "NAME:12: …". False with ERROR_INPUT or
 * ERROR_MEMORY. */
bool ini_text_read(const char *text, const char *called, ini_taker *take, void *context, struct error *e);

/* A file as text, which free() frees; one that is longer than INI_FILE_MAX or holds a zero is "not `what`". NULL with
 * an error. */
char *ini_text_load(const char *path, const char *what, struct error *e);

#endif
