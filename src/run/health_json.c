#include "run/health_json.h"

#include <math.h>

#include <jansson.h>

static json_t *number_json(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

/* Infinity is told apart from what is not known, as there it is the finding. */
static json_t *found_json(float number)
{
    return isinf(number) ? json_string("infinite") : number_json((double)number);
}

static json_t *layer_json(const struct layer_health *l, int layer)
{
    return json_pack("{s:i, s:o, s:o, s:o, s:o}", "layer", layer + 1, "gradient", found_json(l->gradient), "weight",
                     found_json(l->weight), "update", found_json(l->update), "dead", found_json(l->dead));
}

static json_t *layers_json(const struct health *h)
{
    json_t *all = json_array();

    for (int i = 0; all && i < h->n_layers; i++)
        if (layer_health_any(&h->layers[i]) && json_array_append_new(all, layer_json(&h->layers[i], i)) != 0) {
            json_decref(all);
            return NULL;
        }
    return all;
}

json_t *health_json(const struct health *h)
{
    return json_pack("{s:s, s:I, s:o, s:o, s:o, s:i, s:o, s:o}", "kind", "health", "step", (json_int_t)h->step, "epoch",
                     number_json(h->position), "seconds", number_json(h->seconds), "learning_rate",
                     number_json(h->learning_rate), "images", h->images, "cost", number_json(h->cost), "layers",
                     layers_json(h));
}

static double number(const json_t *object, const char *key)
{
    const json_t *found = json_object_get(object, key);
    const char *text = json_string_value(found);

    return json_is_number(found) ? json_number_value(found) : text ? INFINITY : NAN;
}

static bool read_layer(const json_t *object, struct health *out)
{
    json_int_t layer = json_integer_value(json_object_get(object, "layer"));

    if (layer < 1 || layer > HEALTH_LAYERS_MAX)
        return false;
    while (out->n_layers < layer)
        out->layers[out->n_layers++] = layer_health_unknown;
    out->layers[layer - 1] = (struct layer_health){ .gradient = (float)number(object, "gradient"),
                                                    .weight = (float)number(object, "weight"),
                                                    .update = (float)number(object, "update"),
                                                    .dead = (float)number(object, "dead") };
    return true;
}

bool health_json_read(const json_t *object, struct health *out, struct error *e)
{
    const json_t *layers = json_object_get(object, "layers"), *layer;
    const double step = number(object, "step"), exact = 0x1p53;
    size_t i;

    *out = (struct health){ .position = number(object, "epoch"),
                            .seconds = number(object, "seconds"),
                            .learning_rate = number(object, "learning_rate"),
                            .cost = number(object, "cost"),
                            .images = (int)json_integer_value(json_object_get(object, "images")) };
    if (!(step >= 1 && step <= exact) || !isfinite(out->position) || !json_is_array(layers))
        return error_set(e, ERROR_INPUT, "not a line of health: it lacks \"step\", \"epoch\" or \"layers\"");
    out->step = (uint64_t)step;
    json_array_foreach(layers, i, layer)
        if (!read_layer(layer, out))
            return error_set(e, ERROR_INPUT, "not a line of health: \"layer\" is none of 1 to %d", HEALTH_LAYERS_MAX);
    return true;
}
