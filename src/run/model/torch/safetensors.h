/* Files of named arrays of numbers, written as fp32, in the safetensors format: eight bytes with the length of a
 * header, the header as JSON, which says where each array lies, and the arrays, little-endian.
 * Source: https://huggingface.co/docs/safetensors */
#ifndef RUN_SAFETENSORS_H
#define RUN_SAFETENSORS_H

#include "base/atomic_file.h"
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum { TENSOR_RANK_MAX = 4 };

struct tensor {
    const char *name;
    int rank;
    int64_t dims[TENSOR_RANK_MAX];
    const float *values;
};

struct json_t;

/* Writes a file, which appears whole or not at all. `metadata`: an object of strings, or NULL; stays the caller's.
 * `wish` as in atomic_file_write_parts(). False with an error. */
bool safetensors_write(const char *path, const struct tensor *tensors, int n, const struct json_t *metadata,
                       const struct atomic_wish *wish, struct error *e);

struct safetensors; /* a file that is read */

/* Reads the header and checks it against the file's length. NULL with an error; safetensors_close() it. */
struct safetensors *safetensors_open(const char *path, struct error *e);
void safetensors_close(struct safetensors *s);

/* A string of the metadata; NULL: there is none. The file's own. */
const char *safetensors_metadata(const struct safetensors *s, const char *key);

/* How many arrays there are, and their names one after another: the first after NULL, NULL after the last. */
int safetensors_arrays(const struct safetensors *s);
const char *safetensors_array(const struct safetensors *s, const char *after);

/* An array's type in the format's words, such as "F32" or "BF16"; NULL: there is no such array. */
const char *safetensors_type(const struct safetensors *s, const char *name);

/* Returns the rank, which may be larger than TENSOR_RANK_MAX; sides up to that go to `dims`. */
int safetensors_shape(const struct safetensors *s, const char *name, int64_t dims[TENSOR_RANK_MAX]);

/* How many numbers an array has; 0 where there is none of that name, or of a type that is read (tensor_type.h). */
size_t safetensors_count(const struct safetensors *s, const char *name);

/* All of an array's numbers, as floats. False with an error. */
bool safetensors_read(const struct safetensors *s, const char *name, float *to, struct error *e);

#endif
