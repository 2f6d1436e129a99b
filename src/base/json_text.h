/* JSON as text. */
#ifndef BASE_JSON_TEXT_H
#define BASE_JSON_TEXT_H

#include <stddef.h>

struct json_t;

/* All of the value or NULL, without memory and for NULL; `flags` as in json_dumps(), which leaves out what it finds no
 * memory for and says nothing. free() it. */
char *json_text(const struct json_t *value, size_t flags);

#endif
