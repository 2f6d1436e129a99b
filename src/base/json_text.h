/* JSON as text. */
#ifndef BASE_JSON_TEXT_H
#define BASE_JSON_TEXT_H

#include <stddef.h>

#include "base/error.h"

struct json_t;

/* Once, before the first value is made. From then on a value of which a part was left out for want of memory is known,
 * whether its makers looked or not: it must be printed by the thread that made it. */
void json_text_prepare(void);

/* All of the value or NULL, where memory is or was missing and for NULL; `flags` as in json_dumps(), which leaves out
 * what it finds no memory for and says nothing. free() it. */
char *json_text(const struct json_t *value, size_t flags);

/* The same and a newline as a file, whole or not at all (atomic_file.h). False with an error, also for NULL. */
bool json_text_save(const struct json_t *value, size_t flags, const char *path, struct error *e);

#endif
