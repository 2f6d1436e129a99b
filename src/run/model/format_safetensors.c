/* Models as safetensors: a state dict of PyTorch's (state_dict.h), and in the metadata what a model is beside it. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "run/model/model_format.h"
#include "run/model/model_metadata.h"
#include "run/model/state_dict.h"

static size_t count_all(const struct state_dict *d)
{
    size_t count = 0;

    for (int i = 0; i < d->n; i++)
        count += d->arrays[i].count;
    return count;
}

/* Weights of the arrays in PyTorch's order, one behind another; `tensors` point into them. */
static float *turn_out(const struct state_dict *d, const struct trainer_weights *w, struct tensor *tensors,
                       struct error *e)
{
    float *values = memory_new(count_all(d), sizeof *values, e), *to = values;

    for (int i = 0; values && i < d->n; to += d->arrays[i].count, i++) {
        const struct state_array *a = &d->arrays[i];
        const float *arena = a->arena == ARENA_PARAMETERS ? w->parameters : w->statistics;

        state_array_turn_out(a, arena + a->first, to);
        tensors[i] = (struct tensor){ .name = a->name, .rank = a->rank, .values = to };
        for (int k = 0; k < a->rank; k++)
            tensors[i].dims[k] = a->dims[k];
    }
    return values;
}

static bool write(const char *path, const struct recipe *r, const struct trainer_weights *w,
                  const struct atomic_wish *wish, struct error *e)
{
    struct state_dict d;
    json_t *metadata = model_metadata_make("safetensors", r, w, e);
    bool named = metadata && (json_object_set_new(metadata, "format", json_string("pt")) == 0 ||
                              error_set(e, ERROR_MEMORY, "no memory for the description of a model"));
    bool made = state_dict_make(r, w->plan, &d, e) && named;
    struct tensor *tensors = made ? memory_new((size_t)d.n, sizeof *tensors, e) : NULL;
    float *values = tensors ? turn_out(&d, w, tensors, e) : NULL;
    bool written = values && safetensors_write(path, tensors, d.n, metadata, wish, e);

    free(values);
    free(tensors);
    state_dict_free(&d);
    json_decref(metadata);
    return written;
}

struct reading {
    const char *path;
    const struct safetensors *file;
    struct stored_model *out;
};

static const char *text_of(const void *file, const char *key)
{
    return safetensors_metadata(file, key);
}

static struct model_metadata metadata_of(const struct reading *r)
{
    return (struct model_metadata){ .path = r->path, .text = text_of, .file = r->file };
}

static bool take_header(const struct reading *r, const struct model_wish *wish, struct error *e)
{
    const struct model_metadata metadata = metadata_of(r);

    if (safetensors_metadata(r->file, "layout"))
        return error_set(e, ERROR_INPUT, "%s is the checkpoint of a run: name the run's folder", r->path);
    if (!model_metadata_is_own(&metadata))
        return error_set(e, ERROR_INPUT,
                         "%s was not written by cuvette: weights alone do not say of what layers they are and what "
                         "images these take, and its metadata has no recipe",
                         r->path);
    return model_metadata_take(&metadata, wish, r->out, e);
}

/* "3x3x32x64" */
static void format_dims(char *out, size_t size, int rank, const int64_t *dims)
{
    text_copy(out, size, rank == 0 ? "one number" : "");
    for (int i = 0; i < rank && i < TENSOR_RANK_MAX; i++)
        text_append(out, size, "%s%lld", i ? "x" : "", (long long)dims[i]);
}

static bool check_array(const struct reading *r, const struct state_array *a, struct error *e)
{
    const char *type = safetensors_type(r->file, a->name);
    int64_t there[TENSOR_RANK_MAX] = { 0 }, wanted[TENSOR_RANK_MAX] = { 0 };
    int rank = safetensors_shape(r->file, a->name, there);
    char is[96], should[96];

    if (!type)
        return error_set(e, ERROR_INPUT, "%.300s has no array %s, and its recipe needs one", r->path, a->name);
    if (strcmp(type, "F32") != 0)
        return error_set(e, ERROR_INPUT, "%.300s: the numbers of %s are %.16s, and cuvette reads F32", r->path, a->name,
                         type);
    for (int i = 0; i < a->rank; i++)
        wanted[i] = a->dims[i];
    if (rank == a->rank && memcmp(there, wanted, sizeof there) == 0)
        return true;
    format_dims(is, sizeof is, rank, there);
    format_dims(should, sizeof should, a->rank, wanted);
    return error_set(e, ERROR_INPUT, "%.300s: %s is %s, but the recipe makes it %s", r->path, a->name, is, should);
}

static bool is_in(const struct state_dict *d, const char *name)
{
    for (int i = 0; i < d->n; i++)
        if (strcmp(d->arrays[i].name, name) == 0)
            return true;
    return false;
}

/* All that the recipe needs is there, of its size, and nothing else. */
static bool check_arrays(const struct reading *r, const struct state_dict *d, struct error *e)
{
    const char *name = NULL;

    for (int i = 0; i < d->n; i++)
        if (!check_array(r, &d->arrays[i], e))
            return false;
    if (safetensors_arrays(r->file) == d->n)
        return true;
    while ((name = safetensors_array(r->file, name)) && is_in(d, name))
        continue;
    return error_set(e, ERROR_INPUT, "%.300s has an array %.64s, for which its recipe has no layer", r->path,
                     name ? name : "");
}

static bool take_arrays(const struct reading *r, const struct state_dict *d, struct error *e)
{
    float *values = memory_new(count_all(d), sizeof *values, e);
    bool good = values;

    for (int i = 0; good && i < d->n; i++) {
        const struct state_array *a = &d->arrays[i];
        float *arena = a->arena == ARENA_PARAMETERS ? r->out->parameters : r->out->statistics;

        good = safetensors_read(r->file, a->name, values, e);
        if (good)
            state_array_turn_in(a, values, arena + a->first);
    }
    free(values);
    return good;
}

/* Memory for weights is asked for when the file is known to have them. */
static bool take(const struct reading *r, const struct model_wish *wish, struct error *e)
{
    const struct model_metadata metadata = metadata_of(r);
    struct state_dict d = { .n = 0 };
    bool good = take_header(r, wish, e) && stored_model_plan(r->out, e) &&
                state_dict_make(&r->out->header.recipe, r->out->plan, &d, e) && check_arrays(r, &d, e) &&
                stored_model_prepare(r->out, e) && model_metadata_take_normalisation(&metadata, r->out, e) &&
                take_arrays(r, &d, e);

    state_dict_free(&d);
    return good;
}

static bool read(const char *path, const struct model_wish *wish, struct stored_model *out, struct error *e)
{
    struct safetensors *file = safetensors_open(path, e);
    const struct reading r = { path, file, out };
    bool good = file && take(&r, wish, e);

    safetensors_close(file);
    return good;
}

MODEL_FORMAT(safetensors) = {
    .name = "safetensors",
    .extension = ".safetensors",
    .help = "weights as PyTorch lays them out, of cuvette's own models",
    .read = read,
    .write = write,
};
