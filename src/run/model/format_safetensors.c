/* Models as safetensors: a state dict of PyTorch's (state_dict.h), and in the metadata what a model is beside it. Files
 * without that are of networks that others published (published_state.h). */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "run/model/model_format.h"
#include "run/model/model_metadata.h"
#include "run/model/published/published_state.h"
#include "run/model/torch/state_file.h"

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

static const char *text_of(const void *file, const char *key)
{
    return safetensors_metadata(file, key);
}

/* Memory for weights is asked for when the file is known to have them. */
static bool take_own(const struct model_metadata *metadata, const struct model_wish *wish, struct stored_model *out,
                     struct error *e)
{
    const struct safetensors *file = metadata->file;
    struct state_dict d = { .n = 0 };
    bool good = model_metadata_take(metadata, wish, out, e) && stored_model_plan(out, e) &&
                state_dict_make(&out->header.recipe, out->plan, &d, e) &&
                state_file_check(file, metadata->path, &d, "its recipe", e) && stored_model_prepare(out, e) &&
                model_metadata_take_normalisation(metadata, out, e) &&
                state_file_read(file, &d, out->parameters, out->statistics, e);

    state_dict_free(&d);
    return good;
}

static bool take(const char *path, const struct safetensors *file, const struct model_wish *wish,
                 struct stored_model *out, struct error *e)
{
    const struct model_metadata metadata = { .path = path, .text = text_of, .file = file };

    if (safetensors_metadata(file, "layout"))
        return error_set(e, ERROR_INPUT, "%s is the checkpoint of a run: name the run's folder", path);
    return model_metadata_is_own(&metadata) ? take_own(&metadata, wish, out, e)
                                            : published_state_model(path, file, wish, out, e);
}

static bool read(const char *path, const struct model_wish *wish, struct stored_model *out, struct error *e)
{
    struct safetensors *file = safetensors_open(path, e);
    bool good = file && take(path, file, wish, out, e);

    safetensors_close(file);
    return good;
}

MODEL_FORMAT(safetensors) = {
    .name = "safetensors",
    .extension = ".safetensors",
    .help = "weights as PyTorch lays them out; of torchvision's and timm's networks, too",
    .read = read,
    .write = write,
};
