#include "run/model/published/published_h5.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "run/model/h5/h5_weights.h"
#include "run/model/published/published_model.h"
#include "run/model/published/published_network.h"

static const struct h5_layer *find_layer(const struct h5_header *h, const char *name)
{
    for (int i = 0; i < h->n_layers; i++)
        if (strcmp(h->layers[i].name, name) == 0)
            return &h->layers[i];
    return NULL;
}

static bool has_layer(const void *header, const char *layer)
{
    return find_layer(header, layer);
}

static const struct published_network *find(const char *path, const struct h5_header *h, struct error *e)
{
    const struct published_layers layers = { h->n_layers, has_layer, h };
    const struct published_network *found;
    char known[256];

    if (!published_network_find(PUBLISHED_KERAS, &layers, &found, e) || found)
        return found;
    published_network_list(PUBLISHED_KERAS, known, sizeof known);
    error_set(e, ERROR_INPUT,
              "%.200s holds weights alone, without a description of the model, and its layers, such as %.48s, are not "
              "called as those of a network that cuvette knows: %s",
              path, h->layers[0].name, known);
    return NULL;
}

/* A layer of the file that the network has not. */
static bool check_surplus(const char *path, const struct h5_header *h, const struct published_network *p,
                          const struct published_names *names, struct error *e)
{
    for (int i = 0; i < h->n_layers; i++) {
        int k = 0;

        while (k < names->n && strcmp(names->names[k], h->layers[i].name) != 0)
            k++;
        if (k == names->n)
            return error_set(e, ERROR_INPUT, "%.300s has a layer %s, which %s has not", path, h->layers[i].name,
                             p->name);
    }
    return true;
}

static bool read_weights(const char *path, const struct published_network *p, const struct published_names *names,
                         struct stored_model *out, struct error *e)
{
    const char **layers = memory_new((size_t)names->n, sizeof *layers, e);

    for (int i = 0; layers && i < names->n; i++)
        layers[i] = names->names[i];
    const struct h5_weights_names named = { p->name, names->n, layers };
    bool good = layers && h5_weights_read_named(path, &out->header.recipe, out->plan, &named, out->parameters,
                                                out->statistics, e);

    free(layers);
    if (good && p->blue_first)
        published_model_turn_colours(out);
    if (good)
        published_model_normalise(out);
    return good;
}

bool published_h5_model(const char *path, const struct h5_header *h, const struct model_wish *wish,
                        struct stored_model *out, struct error *e)
{
    const struct published_network *p = find(path, h, e);
    struct published_names names = { .n = 0 };

    if (!p || !published_network_names(p, &names, e)) {
        published_names_free(&names);
        return false;
    }
    const struct h5_layer *last = find_layer(h, names.names[names.n - 1]);
    bool good = check_surplus(path, h, p, &names, e) &&
                published_model_header(p, last ? last->outputs : 0, wish, out, e) && stored_model_prepare(out, e) &&
                read_weights(path, p, &names, out, e);

    published_names_free(&names);
    return good;
}
