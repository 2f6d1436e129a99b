#include "run/model/published/published_state.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "nn/recipe/model.h"
#include "run/model/published/published_model.h"
#include "run/model/published/published_network.h"
#include "run/model/torch/state_file.h"

/* A state dict and what all its names begin with, where a network was wrapped in another module as it was saved. */
struct state {
    const char *path;
    const struct safetensors *file;
    const char *prefix;
};

static const char *find_prefix(const struct safetensors *file)
{
    static const char *const prefixes[] = { "module.", "model." };

    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        const char *name = NULL;

        while ((name = safetensors_array(file, name)) && strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            continue;
        if (!name && safetensors_arrays(file) > 0)
            return prefixes[i];
    }
    return "";
}

static void name_weight(const struct state *s, const char *layer, char out[STATE_NAME_SIZE])
{
    snprintf(out, STATE_NAME_SIZE, "%s%s.weight", s->prefix, layer);
}

static bool has_layer(const void *state, const char *layer)
{
    const struct state *s = state;
    char name[STATE_NAME_SIZE];

    name_weight(s, layer, name);
    return safetensors_type(s->file, name);
}

static int count_layers(const struct safetensors *file)
{
    const char *name = NULL;
    int n = 0;

    while ((name = safetensors_array(file, name)))
        n += path_ends_with(name, ".weight");
    return n;
}

static const struct published_network *find(const struct state *s, struct error *e)
{
    const struct published_layers layers = { count_layers(s->file), has_layer, s };
    const struct published_network *found;
    const char *first = safetensors_array(s->file, NULL);
    char known[512];

    if (!published_network_find(PUBLISHED_TORCH, &layers, &found, e) || found)
        return found;
    published_network_list(PUBLISHED_TORCH, known, sizeof known);
    error_set(e, ERROR_INPUT,
              "%.100s was not written by cuvette, and its arrays, such as %.40s, are not called as those of a network "
              "that cuvette knows: %s",
              s->path, first ? first : "none", known);
    return NULL;
}

/* The last layer's weights are (classes, …). */
static int count_classes(const struct state *s, const char *layer)
{
    int64_t dims[TENSOR_RANK_MAX] = { 0 };
    char name[STATE_NAME_SIZE];

    name_weight(s, layer, name);
    return safetensors_shape(s->file, name, dims) > 0 && dims[0] <= CLASSES_MAX ? (int)dims[0] : 0;
}

/* Pixels of the image that a dense layer's inputs were before they were flattened; 1: they were none. */
static int count_flattened(const struct recipe *r, const struct model *shapes, struct shape input, int layer)
{
    for (int i = layer - 1; i >= 0; i--) {
        const struct shape in = i > 0 ? shapes->layers[i - 1].out : input;

        if (r->layers[i].class == &layer_flatten)
            return in.rank == 3 ? in.height * in.width : 1;
        if (r->layers[i].class != &layer_dropout && r->layers[i].class != &layer_activation)
            return 1;
    }
    return 1;
}

static void rename_array(struct state_array *a, const char *prefix, const char *module)
{
    char word[STATE_NAME_SIZE];

    text_copy(word, sizeof word, strrchr(a->name, '.'));
    snprintf(a->name, sizeof a->name, "%s%s%s", prefix, module, word);
}

static bool rename_all(const struct published_network *p, const struct model_header *h,
                       const struct published_names *names, const char *prefix, struct state_dict *d,
                       struct error *e)
{
    int modules = d->n > 0 ? d->arrays[d->n - 1].module + 1 : 0;
    struct model shapes;

    if (names->n != modules)
        return error_set(e, ERROR_INPUT, "%s has %d layers with weights, and its preset %d", p->name, names->n,
                         modules);
    if (!model_infer(&h->recipe, h->input, h->classes, &shapes, e))
        return false;
    for (int i = 0; i < d->n; i++) {
        struct state_array *a = &d->arrays[i];

        rename_array(a, prefix, names->names[a->module]);
        if (h->recipe.layers[a->layer].class == &layer_dense && a->rank == 2)
            a->pixels = count_flattened(&h->recipe, &shapes, h->input, a->layer);
    }
    return true;
}

bool published_state_rename(const struct published_network *p, const struct model_header *h, const char *prefix,
                            struct state_dict *d, struct error *e)
{
    struct published_names names;
    bool good = published_network_names(p, &names, e) && rename_all(p, h, &names, prefix, d, e);

    published_names_free(&names);
    return good;
}

static bool take_header(const struct published_network *p, const struct state *s, const struct model_wish *wish,
                        struct stored_model *out, struct error *e)
{
    struct published_names names;
    bool good = published_network_names(p, &names, e) &&
                published_model_header(p, count_classes(s, names.names[names.n - 1]), wish, out, e);

    published_names_free(&names);
    return good;
}

bool published_state_model(const char *path, const struct safetensors *file, const struct model_wish *wish,
                           struct stored_model *out, struct error *e)
{
    const struct state s = { path, file, find_prefix(file) };
    const struct published_network *p = find(&s, e);
    struct state_dict d = { .n = 0 };
    bool good = p && take_header(p, &s, wish, out, e) && stored_model_plan(out, e) &&
                state_dict_make(&out->header.recipe, out->plan, &d, e) &&
                published_state_rename(p, &out->header, s.prefix, &d, e) &&
                state_file_check(file, path, &d, p->name, e) && stored_model_prepare(out, e) &&
                state_file_read(file, &d, out->parameters, out->statistics, e);

    if (good)
        published_model_normalise(out);
    state_dict_free(&d);
    return good;
}
