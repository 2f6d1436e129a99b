#include "run/model/torch/state_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "run/model/torch/tensor_type.h"

/* "3x3x32x64" */
static void format_dims(char *out, size_t size, int rank, const int64_t *dims)
{
    text_copy(out, size, rank == 0 ? "one number" : "");
    for (int i = 0; i < rank && i < TENSOR_RANK_MAX; i++)
        text_append(out, size, "%s%lld", i ? "x" : "", (long long)dims[i]);
}

/* A dense layer may be there as the convolution that does the same, (out, in, height, width). */
static bool is_of_shape(const struct state_array *a, int rank, const int64_t *dims)
{
    bool same = rank == a->rank;

    for (int i = 0; same && i < rank; i++)
        same = dims[i] == a->dims[i];
    return same || (a->rank == 2 && a->pixels > 0 && rank == 4 && dims[0] == a->dims[0] &&
                    dims[1] == a->dims[1] / a->pixels && dims[2] > 0 && dims[2] <= a->pixels &&
                    dims[3] == a->pixels / dims[2] && dims[2] * dims[3] == a->pixels);
}

static bool check_array(const struct safetensors *file, const char *path, const struct state_array *a,
                        const char *owner, struct error *e)
{
    const char *type = safetensors_type(file, a->name);
    int64_t there[TENSOR_RANK_MAX] = { 0 }, wanted[TENSOR_RANK_MAX] = { 0 };
    int rank = safetensors_shape(file, a->name, there);
    char is[96], should[96];

    if (!type)
        return error_set(e, ERROR_INPUT, "%.300s has no array %s, and %s needs one", path, a->name, owner);
    if (!tensor_type_find(type))
        return error_set(e, ERROR_INPUT,
                         "%.300s: the numbers of %s are %.16s, and cuvette reads " TENSOR_TYPES_LISTED, path, a->name,
                         type);
    if (is_of_shape(a, rank, there))
        return true;
    for (int i = 0; i < a->rank; i++)
        wanted[i] = a->dims[i];
    format_dims(is, sizeof is, rank, there);
    format_dims(should, sizeof should, a->rank, wanted);
    return error_set(e, ERROR_INPUT, "%.300s: %s is %s, but %s makes it %s", path, a->name, is, owner, should);
}

static bool is_in(const struct state_dict *d, const char *name)
{
    for (int i = 0; i < d->n; i++)
        if (strcmp(d->arrays[i].name, name) == 0)
            return true;
    return false;
}

/* PyTorch's batch normalisations count the batches that they have seen, for averages of another kind. */
static bool is_passed_over(const char *name)
{
    static const char count[] = ".num_batches_tracked";
    size_t length = strlen(name);

    return length >= sizeof count && strcmp(name + length - (sizeof count - 1), count) == 0;
}

bool state_file_check(const struct safetensors *file, const char *path, const struct state_dict *d, const char *owner,
                      struct error *e)
{
    const char *name = NULL;

    for (int i = 0; i < d->n; i++)
        if (!check_array(file, path, &d->arrays[i], owner, e))
            return false;
    while ((name = safetensors_array(file, name)))
        if (!is_passed_over(name) && !is_in(d, name))
            return error_set(e, ERROR_INPUT, "%.300s has an array %.64s, for which %s has no layer", path, name,
                             owner);
    return true;
}

bool state_file_read(const struct safetensors *file, const struct state_dict *d, float *parameters, float *statistics,
                     struct error *e)
{
    size_t most = 0;

    for (int i = 0; i < d->n; i++)
        most = size_max(most, d->arrays[i].count);
    float *values = memory_new(most, sizeof *values, e);
    bool good = values;

    for (int i = 0; good && i < d->n; i++) {
        const struct state_array *a = &d->arrays[i];

        good = safetensors_read(file, a->name, values, e);
        if (good)
            state_array_turn_in(a, values, (a->arena == ARENA_PARAMETERS ? parameters : statistics) + a->first);
    }
    free(values);
    return good;
}
