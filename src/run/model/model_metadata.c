#include "run/model/model_metadata.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/json_text.h"
#include "base/path.h"
#include "base/text.h"
#include "base/version.h"
#include "nn/recipe/recipe_file.h"

/* All but the first four are JSON. */
static const char key_writer[] = "cuvette", key_name[] = "name", key_recipe[] = "recipe", key_dataset[] = "dataset",
                  key_input[] = "input", key_classes[] = "class_names", key_epoch[] = "epoch",
                  key_normalisation[] = "normalisation";

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

json_t *model_metadata_make(const char *format, const struct recipe *r, const struct trainer_weights *w,
                            struct error *e)
{
    char *recipe = recipe_text(r, e), dataset[sizeof w->dataset], name[sizeof r->name];
    json_t *m = json_object();

    if (!recipe) {
        json_decref(m);
        return NULL;
    }
    text_sanitise(dataset, sizeof dataset, w->dataset);
    text_sanitise(name, sizeof name, r->name);
    bool text = put(m, key_recipe, recipe);
    bool whole = text && put(m, key_writer, CUVETTE_VERSION) && put(m, key_name, name) &&
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
        error_set(e, ERROR_INPUT,
                  "a %s file holds UTF-8 alone, and the recipe has other bytes, most likely in the "
                  "path of its data set",
                  format);
    return NULL;
}

static const char *text_of(const struct model_metadata *m, const char *key)
{
    return m->text(m->file, key);
}

static bool damaged(const struct model_metadata *m, const char *what, struct error *e)
{
    return error_set(e, ERROR_INPUT, "%.300s is damaged: %s", m->path, what);
}

static json_t *load(const struct model_metadata *m, const char *key)
{
    const char *text = text_of(m, key);

    return text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
}

static bool take_recipe(const struct model_metadata *m, const struct model_wish *wish, struct recipe *to,
                        struct error *e)
{
    const char *recipe = text_of(m, key_recipe), *name = text_of(m, key_name);

    if (wish->recipe) {
        *to = *wish->recipe;
        return true;
    }
    if (!recipe_parse(to, recipe ? recipe : "", "recipe", e))
        return error_context(e, "%s", m->path);
    if (name && name[0])
        text_sanitise(to->name, sizeof to->name, path_name(name));
    return true;
}

static bool take_input(const struct model_metadata *m, struct stored_model *out, struct error *e)
{
    json_t *input = load(m, key_input);
    int side[3];
    bool good = input && json_unpack(input, "[i, i, i!]", &side[0], &side[1], &side[2]) == 0;

    json_decref(input);
    if (good)
        out->header.input = shape_image(side[0], side[1], side[2]);
    return good || damaged(m, "its metadata does not say the size of its images", e);
}

static bool take_classes(const struct model_metadata *m, struct stored_model *out, struct error *e)
{
    struct model_header *h = &out->header;
    json_t *names = load(m, key_classes);
    size_t n = json_array_size(names);
    bool good = !text_of(m, key_classes) || (n > 0 && n <= CLASSES_MAX);

    for (size_t i = 0; good && i < n; i++) {
        const char *name = json_string_value(json_array_get(names, i));

        good = name;
        if (name)
            text_copy(h->class_names[i], sizeof h->class_names[i], name);
    }
    json_decref(names);
    h->named = good && n > 0;
    h->classes = h->named ? (int)n : 0;
    return good || damaged(m, "its metadata has no list of classes, or one of too many", e);
}

static void take_moment(const struct model_metadata *m, struct stored_model *out)
{
    json_t *epoch = load(m, key_epoch);

    if (json_integer_value(epoch) > 0 && json_integer_value(epoch) <= INT32_MAX)
        out->moment.epoch = (int)json_integer_value(epoch);
    json_decref(epoch);
}

bool model_metadata_is_own(const struct model_metadata *m)
{
    return text_of(m, key_recipe);
}

bool model_metadata_take(const struct model_metadata *m, const struct model_wish *wish, struct stored_model *out,
                         struct error *e)
{
    const char *writer = text_of(m, key_writer), *dataset = text_of(m, key_dataset);

    snprintf(out->writer, sizeof out->writer, "cuvette %.32s", writer ? writer : "");
    text_copy(out->dataset, sizeof out->dataset, dataset ? dataset : "");
    take_moment(m, out);
    return take_recipe(m, wish, &out->header.recipe, e) && take_input(m, out, e) && take_classes(m, out, e) &&
           model_header_complete(&out->header, m->path, e);
}

bool model_metadata_take_normalisation(const struct model_metadata *m, struct stored_model *out, struct error *e)
{
    const struct plan_value *place = plan_place(out->plan, out->plan->normalisation);
    float *to = out->statistics + place->offset / sizeof *to;
    json_t *rows = load(m, key_normalisation);
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
    return good || damaged(m, "its metadata does not say how images are normalised", e);
}
