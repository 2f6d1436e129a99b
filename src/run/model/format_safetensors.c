/* Models as safetensors: a state dict of PyTorch's (state_dict.h), and in the metadata what a model is beside it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/json_text.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "nn/recipe/recipe_file.h"
#include "run/model/model_format.h"
#include "run/model/state_dict.h"

/* Keys of the metadata; all but the first three are JSON. */
static const char key_writer[] = "cuvette", key_recipe[] = "recipe", key_dataset[] = "dataset", key_input[] = "input",
                  key_classes[] = "class_names", key_epoch[] = "epoch", key_normalisation[] = "normalisation";

static bool put(json_t *to, const char *key, const char *text)
{
    return json_object_set_new(to, key, json_string(text)) == 0;
}

/* Takes `what` over. */
static bool put_json(json_t *to, const char *key, json_t *what)
{
    char *text = json_text(what, JSON_COMPACT);
    bool good = text && put(to, key, text);

    free(text);
    json_decref(what);
    return good;
}

static json_t *list_classes(const struct trainer_weights *w)
{
    json_t *list = json_array();
    char safe[CLASS_NAME_SIZE];

    for (int i = 0; i < w->classes; i++) {
        text_sanitise(safe, sizeof safe, w->class_names[i]);
        json_array_append_new(list, json_string(safe));
    }
    return list;
}

/* [[a mean a channel], [1 / a deviation a channel]] */
static json_t *list_normalisation(const struct trainer_weights *w)
{
    const struct plan_value *place = plan_place(w->plan, w->plan->normalisation);
    const float *from = w->statistics + place->offset / sizeof *from;
    json_t *rows = json_array();

    for (int row = 0; row < 2; row++) {
        json_t *numbers = json_array();

        for (int c = 0; c < place->dims[1]; c++)
            json_array_append_new(numbers, json_real((double)from[row * place->dims[1] + c]));
        json_array_append_new(rows, numbers);
    }
    return rows;
}

static json_t *make_metadata(const struct recipe *r, const struct trainer_weights *w, struct error *e)
{
    char *recipe = recipe_text(r, e), dataset[sizeof w->dataset];
    json_t *m = json_object();

    if (!recipe) {
        json_decref(m);
        return NULL;
    }
    text_sanitise(dataset, sizeof dataset, w->dataset);
    bool text = put(m, key_recipe, recipe);
    bool whole = text && put(m, "format", "pt") && put(m, key_writer, CUVETTE_VERSION) &&
                 put(m, key_dataset, dataset) &&
                 put_json(m, key_input, json_pack("[i, i, i]", w->input.height, w->input.width, w->input.channels)) &&
                 put_json(m, key_normalisation, list_normalisation(w)) &&
                 (!w->class_names || put_json(m, key_classes, list_classes(w))) &&
                 (w->epoch == 0 || put_json(m, key_epoch, json_integer(w->epoch)));

    free(recipe);
    if (whole)
        return m;
    json_decref(m);
    if (text)
        error_set(e, ERROR_MEMORY, "no memory for the description of a model");
    else
        error_set(e, ERROR_INPUT, "a safetensors file holds UTF-8 alone, and the recipe has other bytes, most likely "
                                  "in the path of its data set");
    return NULL;
}

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
    json_t *metadata = make_metadata(r, w, e);
    bool made = state_dict_make(r, w->plan, &d, e) && metadata;
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

static bool damaged(const struct reading *r, const char *what, struct error *e)
{
    return error_set(e, ERROR_INPUT, "%.300s is damaged: %s", r->path, what);
}

static json_t *load(const struct reading *r, const char *key)
{
    const char *text = safetensors_metadata(r->file, key);

    return text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
}

static bool take_input(const struct reading *r, struct error *e)
{
    json_t *input = load(r, key_input);
    int side[3];
    bool good = input && json_unpack(input, "[i, i, i!]", &side[0], &side[1], &side[2]) == 0;

    json_decref(input);
    if (good)
        r->out->header.input = shape_image(side[0], side[1], side[2]);
    return good || damaged(r, "its metadata does not say the size of its images", e);
}

static bool take_classes(const struct reading *r, struct error *e)
{
    struct model_header *h = &r->out->header;
    json_t *names = load(r, key_classes);
    size_t n = json_array_size(names);
    bool good = !safetensors_metadata(r->file, key_classes) || (n > 0 && n <= CLASSES_MAX);

    for (size_t i = 0; good && i < n; i++) {
        const char *name = json_string_value(json_array_get(names, i));

        good = name;
        if (name)
            text_copy(h->class_names[i], sizeof h->class_names[i], name);
    }
    json_decref(names);
    h->named = good && n > 0;
    h->classes = h->named ? (int)n : 0;
    return good || damaged(r, "its metadata has no list of classes, or one of too many", e);
}

static bool take_header(const struct reading *r, const struct model_wish *wish, struct error *e)
{
    struct stored_model *out = r->out;
    const char *recipe = safetensors_metadata(r->file, key_recipe), *said = safetensors_metadata(r->file, key_writer);
    json_t *epoch = load(r, key_epoch);

    if (json_integer_value(epoch) > 0 && json_integer_value(epoch) <= INT32_MAX)
        out->moment.epoch = (int)json_integer_value(epoch);
    json_decref(epoch);
    if (safetensors_metadata(r->file, "layout"))
        return error_set(e, ERROR_INPUT, "%s is the checkpoint of a run: name the run's folder", r->path);
    if (!recipe)
        return error_set(e, ERROR_INPUT,
                         "%s was not written by cuvette: weights alone do not say of what layers they are and what "
                         "images these take, and its metadata has no recipe",
                         r->path);
    snprintf(out->writer, sizeof out->writer, "cuvette %.32s", said ? said : "");
    said = safetensors_metadata(r->file, key_dataset);
    text_copy(out->dataset, sizeof out->dataset, said ? said : "");
    if (wish->recipe)
        out->header.recipe = *wish->recipe;
    else if (!recipe_parse(&out->header.recipe, recipe, "recipe", e))
        return error_context(e, "%s", r->path);
    return take_input(r, e) && take_classes(r, e) && model_header_complete(&out->header, r->path, e);
}

static bool take_normalisation(const struct reading *r, struct error *e)
{
    const struct plan *plan = r->out->plan;
    const struct plan_value *place = plan_place(plan, plan->normalisation);
    float *to = r->out->statistics + place->offset / sizeof *to;
    json_t *rows = load(r, key_normalisation);
    bool good = json_array_size(rows) == 2;

    for (size_t row = 0; good && row < 2; row++) {
        const json_t *numbers = json_array_get(rows, row);

        good = json_array_size(numbers) == (size_t)place->dims[1];
        for (size_t c = 0; good && c < json_array_size(numbers); c++) {
            good = json_is_number(json_array_get(numbers, c));
            *to++ = (float)json_number_value(json_array_get(numbers, c));
        }
    }
    json_decref(rows);
    return good || damaged(r, "its metadata does not say how images are normalised", e);
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
    struct state_dict d = { .n = 0 };
    bool good = take_header(r, wish, e) && stored_model_plan(r->out, e) &&
                state_dict_make(&r->out->header.recipe, r->out->plan, &d, e) && check_arrays(r, &d, e) &&
                stored_model_prepare(r->out, e) && take_normalisation(r, e) && take_arrays(r, &d, e);

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
