/* What the header of a safetensors file says of its arrays, held against the file. */
#ifndef RUN_SAFETENSORS_CHECK_H
#define RUN_SAFETENSORS_CHECK_H

#include <stdint.h>

#include "base/error.h"

struct json_t;

/* Every array has a type and a shape, lies within the `size` bytes behind the header and shares none of them with
 * another; one of fp32 numbers is as long as its shape says. False with an error that names file and array. */
bool safetensors_check(const char *path, const struct json_t *header, int64_t size, struct error *e);

#endif
