#include "run/model/torch/safetensors.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/file.h"
#include "base/json_text.h"
#include "base/memory.h"
#include "base/text.h"
#include "run/model/torch/safetensors_check.h"
#include "run/model/torch/tensor_type.h"

/* The format allows headers of 100 MB, whose JSON would take gigabytes; those of classifiers have some kilobytes. */
enum { HEADER_MOST = 1 << 24, ALIGNMENT = 8 };

struct safetensors {
    int descriptor;
    char path[PATH_SIZE];
    json_t *header;
    int64_t data, size; /* where the arrays begin, and the bytes behind that */
};

static int64_t count_of(const struct tensor *t)
{
    int64_t count = 1;

    for (int i = 0; i < t->rank; i++)
        count *= t->dims[i];
    return count;
}

static json_t *describe(const struct tensor *t, int64_t begin)
{
    json_t *shape = json_array();
    bool whole = shape != NULL;

    for (int i = 0; whole && i < t->rank; i++)
        whole = json_array_append_new(shape, json_integer(t->dims[i])) == 0;
    if (!whole) {
        json_decref(shape);
        return NULL;
    }
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype", "F32", "shape", shape, "data_offsets", (json_int_t)begin,
                     (json_int_t)(begin + 4 * count_of(t)));
}

/* The header's text, filled up with blanks so that the arrays are aligned. free() it. */
static char *make_header(const struct tensor *tensors, int n, const json_t *metadata, size_t *length)
{
    json_t *header = json_object();
    bool whole = header && (!metadata || json_object_set(header, "__metadata__", (json_t *)metadata) == 0);
    int64_t at = 0;

    for (int i = 0; whole && i < n; at += 4 * count_of(&tensors[i]), i++)
        whole = json_object_set_new(header, tensors[i].name, describe(&tensors[i], at)) == 0;
    char *text = whole ? json_text(header, JSON_COMPACT) : NULL;
    size_t used = text ? strlen(text) : 0, padded = (used + ALIGNMENT) / ALIGNMENT * ALIGNMENT;
    char *aligned = text ? realloc(text, padded) : NULL;

    json_decref(header);
    if (!aligned) {
        free(text);
        return NULL;
    }
    memset(aligned + used, ' ', padded - used);
    *length = padded;
    return aligned;
}

bool safetensors_write(const char *path, const struct tensor *tensors, int n, const json_t *metadata,
                       const struct atomic_wish *wish, struct error *e)
{
    size_t length = 0;
    char *header = make_header(tensors, n, metadata, &length);
    struct atomic_part *parts = header ? memory_new((size_t)n + 2, sizeof *parts, e) : NULL;
    uint64_t prefix = length;

    if (!header)
        return error_set(e, ERROR_MEMORY, "no memory for the header of %s", path);
    bool written = parts;

    if (written) {
        parts[0] = (struct atomic_part){ &prefix, sizeof prefix };
        parts[1] = (struct atomic_part){ header, length };
        for (int i = 0; i < n; i++)
            parts[i + 2] = (struct atomic_part){ tensors[i].values, (size_t)(4 * count_of(&tensors[i])) };
        written = atomic_file_write_parts(path, parts, n + 2, wish, e);
    }
    free(parts);
    free(header);
    return written;
}

static bool read_header(struct safetensors *s, struct error *e)
{
    uint64_t length;
    struct stat status;

    if (fstat(s->descriptor, &status) != 0 || !S_ISREG(status.st_mode))
        return error_set(e, ERROR_INPUT, "%s is no file", s->path);
    if (status.st_size < (off_t)sizeof length || !file_read_at(s->descriptor, &length, sizeof length, 0))
        return error_set(e, ERROR_INPUT, "%s is damaged or no safetensors file: it has no header", s->path);
    if (length > (uint64_t)status.st_size - sizeof length)
        return error_set(e, ERROR_INPUT, "%s is damaged or no safetensors file: its header would be longer than it",
                         s->path);
    if (length > HEADER_MOST)
        return error_set(e, ERROR_INPUT, "%s has a header of %" PRIu64 " bytes, and cuvette reads up to %d", s->path,
                         length, HEADER_MOST);

    char *text = memory_new(1, (size_t)length, e);

    if (!text)
        return false;
    s->data = (int64_t)(sizeof length + length);
    s->size = status.st_size - s->data;
    if (file_read_at(s->descriptor, text, (size_t)length, sizeof length))
        s->header = json_loadb(text, (size_t)length, JSON_REJECT_DUPLICATES, NULL);
    free(text);
    if (!s->header)
        return error_set(e, ERROR_INPUT, "%s is damaged or no safetensors file: its header is no JSON", s->path);
    return safetensors_check(s->path, s->header, s->size, e);
}

struct safetensors *safetensors_open(const char *path, struct error *e)
{
    struct safetensors *s = memory_new(1, sizeof *s, e);

    if (!s)
        return NULL;
    text_copy(s->path, sizeof s->path, path);
    /* Not to wait for a pipe. */
    s->descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (s->descriptor < 0)
        error_set_errno(e, "cannot read %s", path);
    else if (read_header(s, e))
        return s;
    safetensors_close(s);
    return NULL;
}

void safetensors_close(struct safetensors *s)
{
    if (!s)
        return;
    if (s->descriptor >= 0)
        close(s->descriptor);
    json_decref(s->header);
    free(s);
}

const char *safetensors_metadata(const struct safetensors *s, const char *key)
{
    return json_string_value(json_object_get(json_object_get(s->header, "__metadata__"), key));
}

int safetensors_arrays(const struct safetensors *s)
{
    return (int)(json_object_size(s->header) - (json_object_get(s->header, "__metadata__") != NULL));
}

const char *safetensors_array(const struct safetensors *s, const char *after)
{
    json_t *header = s->header;
    void *at = after ? json_object_iter_next(header, json_object_iter_at(header, after)) : json_object_iter(header);

    if (at && strcmp(json_object_iter_key(at), "__metadata__") == 0)
        at = json_object_iter_next(header, at);
    return at ? json_object_iter_key(at) : NULL;
}

const char *safetensors_type(const struct safetensors *s, const char *name)
{
    return json_string_value(json_object_get(json_object_get(s->header, name), "dtype"));
}

int safetensors_shape(const struct safetensors *s, const char *name, int64_t dims[TENSOR_RANK_MAX])
{
    const json_t *shape = json_object_get(json_object_get(s->header, name), "shape");
    int rank = (int)json_array_size(shape);

    for (int i = 0; i < rank && i < TENSOR_RANK_MAX; i++)
        dims[i] = json_integer_value(json_array_get(shape, (size_t)i));
    return rank;
}

struct place {
    const struct tensor_type *type; /* NULL: there is no such array, or none that is read */
    int64_t begin;                  /* in the bytes behind the header */
    size_t count;
};

static struct place find_place(const struct safetensors *s, const char *name)
{
    const json_t *offsets = json_object_get(json_object_get(s->header, name), "data_offsets");
    const int64_t begin = json_integer_value(json_array_get(offsets, 0));
    const int64_t end = json_integer_value(json_array_get(offsets, 1));
    const struct tensor_type *type = tensor_type_find(safetensors_type(s, name));

    return (struct place){ type, begin, type ? (size_t)(end - begin) / type->bytes : 0 };
}

size_t safetensors_count(const struct safetensors *s, const char *name)
{
    return find_place(s, name).count;
}

bool safetensors_read(const struct safetensors *s, const char *name, float *to, struct error *e)
{
    const struct place place = find_place(s, name);

    if (!place.type)
        return error_set(e, ERROR_INPUT, "%s has no array of the name %.64s with numbers of " TENSOR_TYPES_LISTED,
                         s->path, name);
    const size_t bytes = place.count * place.type->bytes;

    if (!file_read_at(s->descriptor, (char *)to + place.count * sizeof *to - bytes, bytes, s->data + place.begin))
        return error_set_errno(e, "cannot read %s", s->path);
    tensor_type_widen(place.type, to, place.count);
    return true;
}
