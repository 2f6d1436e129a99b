#include "run/model/torch/safetensors_check.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"
#include "run/model/torch/tensor_type.h"

struct extent {
    const char *name;
    int64_t begin, end;
};

static bool damaged(const char *path, const char *name, const char *what, struct error *e)
{
    return error_set(e, ERROR_INPUT, "%.300s is damaged: its array %.64s %s", path, name, what);
}

/* The bytes are `shape` numbers of a type; sides are divided out, so that no product overflows. */
static bool is_as_long(const json_t *shape, const struct tensor_type *type, int64_t bytes)
{
    const int64_t each = (int64_t)type->bytes;
    int64_t left = bytes / each;

    for (size_t i = 0; i < json_array_size(shape); i++) {
        int64_t side = json_integer_value(json_array_get(shape, i));

        if (side <= 0 || left % side != 0)
            return side == 0 && bytes == 0;
        left /= side;
    }
    return left == 1 && bytes % each == 0;
}

static bool take_array(const char *path, const char *name, const json_t *array, int64_t size, struct extent *out,
                       struct error *e)
{
    const json_t *shape = json_object_get(array, "shape"), *offsets = json_object_get(array, "data_offsets");
    const char *type = json_string_value(json_object_get(array, "dtype"));
    const json_t *begin = json_array_get(offsets, 0), *end = json_array_get(offsets, 1);

    if (!type || !json_is_array(shape) || json_array_size(offsets) != 2 || !json_is_integer(begin) ||
        !json_is_integer(end))
        return damaged(path, name, "lacks a type, a shape or a place", e);
    *out = (struct extent){ name, json_integer_value(begin), json_integer_value(end) };
    if (out->begin < 0 || out->end < out->begin)
        return damaged(path, name, "ends before it begins", e);
    if (out->end > size)
        return damaged(path, name, "goes on beyond the end of the file", e);
    const struct tensor_type *read = tensor_type_find(type);

    return !read || is_as_long(shape, read, out->end - out->begin) ||
           damaged(path, name, "is not as long as its shape says", e);
}

static int by_place(const void *a, const void *b)
{
    const struct extent *x = a, *y = b;

    return x->begin != y->begin ? (x->begin > y->begin) - (x->begin < y->begin) : (x->end > y->end) - (x->end < y->end);
}

static bool are_apart(const char *path, struct extent *extents, size_t n, struct error *e)
{
    qsort(extents, n, sizeof *extents, by_place);
    for (size_t i = 1; i < n; i++)
        if (extents[i].begin < extents[i - 1].end)
            return damaged(path, extents[i].name, "shares bytes with another one", e);
    return true;
}

bool safetensors_check(const char *path, const struct json_t *header, int64_t size, struct error *e)
{
    struct extent *extents;
    const char *name;
    const json_t *array;
    size_t n = 0;
    bool sound = true;

    if (!json_is_object(header))
        return error_set(e, ERROR_INPUT, "%s is damaged: its header is no JSON object", path);
    extents = memory_new(json_object_size(header), sizeof *extents, e);
    if (!extents)
        return false;
    json_object_foreach((json_t *)header, name, array)
        if (sound && strcmp(name, "__metadata__") != 0)
            sound = take_array(path, name, array, size, &extents[n++], e);
    sound = sound && are_apart(path, extents, n, e);
    free(extents);
    return sound;
}
