/* JSON on standard output, and the values that it is made of. What makes them need not look whether it got the memory:
 * what lacks a part is not printed (base/json_text.h). */
#ifndef CLI_JSON_OUT_H
#define CLI_JSON_OUT_H

#include <stddef.h>

#include "base/error.h"

struct json_t;

/* A string of text from outside, at most a path's length of it: Jansson accepts valid UTF-8 only. NULL without
 * memory. */
struct json_t *json_out_text(const char *foreign);

/* JSON has no NaN: null for what is not finite. NULL without memory. */
struct json_t *json_out_figure(double figure);

/* Prints all of the value and a line's end, and takes the value over. `flags` as in json_dumps(). False with an error
 * that names `what`, also for NULL. */
bool json_out_print(struct json_t *value, size_t flags, const char *what, struct error *e);

#endif
