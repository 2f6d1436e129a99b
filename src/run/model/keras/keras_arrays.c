#include "run/model/keras/keras_arrays.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/guard.h"
#include "base/memory.h"
#include "run/model/keras/keras_model.h"

/* A bias in front of a batch normalisation, which a residual block of ours has not: it is taken off the moving mean. */
struct folded_bias {
    const float *bias;
    float *mean; /* NULL: not known yet */
    int count;
};

struct gathering {
    struct keras_recipe *keras;
    struct keras_model *model;
    struct stored_model *out;
    float *shared;                                    /* as the arenas, and then the spare numbers */
    size_t parameters, statistics, spare, used_spare; /* floats */
    int n, n_folded;
    struct keras_array *arrays;
    struct folded_bias *folded;
};

/* How many a convolution's bias has, of which a depthwise one's kernel ends in (channels, 1); 0: it is none. */
static int biases_of(const struct keras_layer *l)
{
    switch (l->kind) {
    case KERAS_CONV2D: return l->weights[0].dims[3];
    case KERAS_DEPTHWISE_CONV2D: return l->weights[0].dims[2];
    default: return 0;
    }
}

/* Numbers that are no weights of ours: of each node with weights a bias, and mean, variance of a Normalization. */
static size_t count_spare(const struct keras_recipe *k, const struct keras_model *m)
{
    size_t all = (size_t)k->n_scalings * 2 * KERAS_CHANNELS_MAX;

    for (int i = 0; i < m->n_layers; i++)
        all += (size_t)biases_of(&m->layers[i]);
    return all;
}

static struct keras_array *add(struct gathering *g, const struct keras_node *n, const char *name, int place)
{
    struct keras_array *a = &g->arrays[g->n++];

    *a = (struct keras_array){ .node = n, .name = name, .place = place };
    return a;
}

static float *spare(struct gathering *g, int count)
{
    float *to = g->shared + g->parameters + g->statistics + g->used_spare;

    g->used_spare += (size_t)count;
    return to;
}

static float *place_of(const struct gathering *g, const struct keras_weight *w)
{
    return g->shared + (w->arena == ARENA_PARAMETERS ? 0 : g->parameters) + w->first;
}

/* In a layer of Keras there may be none of these, which then are 1 or 0. */
static bool is_there(const struct keras_node *n, const char *weight)
{
    if (strcmp(weight, "gamma") == 0)
        return keras_node_flag(n, "scale", true);
    return strcmp(weight, "beta") != 0 || keras_node_flag(n, "center", true);
}

static void add_layer(struct gathering *g, const struct keras_layer *l, const struct keras_node *n)
{
    int place = 0;

    for (int i = 0; i < l->n_weights; i++) {
        const struct keras_weight *w = &l->weights[i];

        if (strcmp(w->name, "moving_mean") == 0 && g->n_folded > 0 && !g->folded[g->n_folded - 1].mean)
            g->folded[g->n_folded - 1].mean = place_of(g, w);
        if (is_there(n, w->name)) {
            struct keras_array *a = add(g, n, w->name, place++);

            a->rank = w->rank;
            memcpy(a->dims, w->dims, sizeof a->dims);
            a->to = place_of(g, w);
        } else
            for (size_t k = 0; strcmp(w->name, "gamma") == 0 && k < w->count; k++)
                place_of(g, w)[k] = 1;
    }
    if (biases_of(l) > 0 && l->n_weights == 1 && keras_node_flag(n, "use_bias", true)) {
        struct keras_array *a = add(g, n, "bias", place);

        a->rank = 1;
        a->dims[0] = biases_of(l);
        a->to = spare(g, a->dims[0]);
        g->folded[g->n_folded++] = (struct folded_bias){ .bias = a->to, .count = a->dims[0] };
    }
}

/* An adapted Normalization keeps a mean and a variance of each channel, and a count. */
static void add_scaling(struct gathering *g, const struct keras_scaling *s)
{
    static const char *const names[] = { "mean", "variance" };

    for (int i = 0; s->adapted && i < 2; i++) {
        struct keras_array *a = add(g, &g->keras->graph.nodes[s->node], names[i], i);

        a->rank = 1;
        a->dims[0] = g->keras->input.channels;
        a->to = spare(g, KERAS_CHANNELS_MAX);
    }
}

static bool gather(struct gathering *g, struct error *e)
{
    const struct keras_recipe *k = g->keras;
    int next = 0;

    for (int i = 0; i < g->model->n_layers; i++) {
        const struct keras_layer *l = &g->model->layers[i];

        if (l->n_weights == 0)
            continue;
        if (next == k->n_origins)
            return error_set(e, ERROR_INPUT, "its layers with weights are fewer than those of their recipe");
        add_layer(g, l, &k->graph.nodes[k->origins[next++]]);
    }
    for (int i = 0; i < k->n_scalings; i++)
        add_scaling(g, &k->scalings[i]);
    return true;
}

/* What becomes of a pixel from 0 to 255 is ours, (pixel / 255 - mean) × inverse. */
static void write_normalisation(struct gathering *g, const struct model_wish *wish)
{
    const struct plan *plan = g->out->plan;
    int channels = g->keras->input.channels, next = g->n - 1;
    float *mean = g->out->statistics + plan_place(plan, plan->normalisation)->offset / sizeof *mean;
    const enum pixels range = wish->pixels ? wish->pixels : g->keras->n_scalings > 0 ? PIXELS_BYTES : PIXELS_UNIT;
    double scale[KERAS_CHANNELS_MAX], offset[KERAS_CHANNELS_MAX];

    for (int c = 0; c < channels; c++) {
        const struct pixels_line line = pixels_line(range, c);

        scale[c] = line.scale;
        offset[c] = line.offset;
    }
    for (int i = 0; i < g->keras->n_scalings; i++)
        next -= g->keras->scalings[i].adapted ? 2 : 0;
    for (int i = 0; i < g->keras->n_scalings; i++) {
        struct keras_scaling *s = &g->keras->scalings[i];

        if (s->adapted) {
            double numbers[2][KERAS_CHANNELS_MAX];

            for (int k = 0; k < 2 * channels; k++)
                numbers[k / channels][k % channels] = (double)g->arrays[next + 1 + k / channels].to[k % channels];
            next += 2;
            keras_reader_normalise(s, channels, numbers[0], numbers[1]);
        }
        for (int c = 0; c < channels; c++) {
            scale[c] *= s->scale[c];
            offset[c] = offset[c] * s->scale[c] + s->offset[c];
        }
    }
    for (int c = 0; c < channels; c++) {
        mean[channels + c] = (float)(scale[c] * 255);
        mean[c] = scale[c] != 0 ? (float)(0 - offset[c] / (scale[c] * 255)) : 0;
    }
}

static void take(struct gathering *g, const struct model_wish *wish)
{
    for (int i = 0; i < g->n_folded; i++)
        for (int k = 0; g->folded[i].mean && k < g->folded[i].count; k++)
            g->folded[i].mean[k] -= g->folded[i].bias[k];
    memcpy(g->out->parameters, g->shared, g->parameters * sizeof *g->shared);
    memcpy(g->out->statistics, g->shared + g->parameters, g->statistics * sizeof *g->shared);
    g->out->assumed.pixels = !wish->pixels && g->keras->n_scalings == 0;
    write_normalisation(g, wish);
}

static bool read_all(struct gathering *g, const char *path, const struct model_wish *wish, keras_arrays_read *read,
                     struct error *e)
{
    const struct plan *plan = g->out->plan;
    size_t layers = (size_t)g->model->n_layers, bytes;

    g->parameters = plan->arena_bytes[ARENA_PARAMETERS] / sizeof *g->shared;
    g->statistics = plan->arena_bytes[ARENA_STATISTICS] / sizeof *g->shared;
    g->spare = count_spare(g->keras, g->model);
    bytes = (g->parameters + g->statistics + g->spare) * sizeof *g->shared;
    g->arrays = memory_new(layers * (KERAS_WEIGHTS + 1) + 2 * KERAS_SCALINGS_MAX, sizeof *g->arrays, e);
    g->folded = g->arrays ? memory_new(layers, sizeof *g->folded, e) : NULL;
    if (!g->folded)
        return false;
    g->shared = guard_share(bytes, path, e);
    if (!g->shared)
        return false;
    bool good = gather(g, e) && read(path, g->arrays, g->n, e);

    if (good)
        take(g, wish);
    munmap(g->shared, bytes);
    return good;
}

static bool prepare(const char *path, struct keras_recipe *k, struct stored_model *out, struct error *e)
{
    out->header.recipe = k->recipe;
    out->header.input = k->input;
    return model_header_complete(&out->header, path, e) && stored_model_prepare(out, e);
}

bool keras_arrays_model(const char *path, const char *config, const struct model_wish *wish, keras_arrays_read *read,
                        struct stored_model *out, struct error *e)
{
    struct keras_recipe keras = { .n_origins = 0 };
    struct gathering g = { .keras = &keras, .out = out };
    bool good =
        (keras_recipe_make(config, wish, &keras, e) || error_context(e, "%s", path)) && prepare(path, &keras, out, e) &&
        (g.model = keras_model_new(&out->header.recipe, out->plan, e)) != NULL && read_all(&g, path, wish, read, e);

    keras_model_free(g.model);
    free(g.arrays);
    free(g.folded);
    keras_recipe_free(&keras);
    return good;
}

/* The layers of our own model, as if they had been described. */
struct own {
    struct keras_model *model;
    struct keras_node *nodes;   /* [n_layers], in the order in which Keras saves them */
    struct keras_array *arrays; /* [n] */
    int n;
};

static void gather_own(struct own *o, float *shared, size_t parameters)
{
    int numbers[KERAS_KIND_COUNT] = { 0 };

    for (int i = 0; i < o->model->n_layers; i++) {
        const struct keras_layer *l = &o->model->layers[o->model->saved[i]];
        struct keras_node *n = &o->nodes[i];

        *n = (struct keras_node){
            .position = i + 1, .number = numbers[l->kind]++, .class = keras_classes[l->kind].name, .name = l->name
        };
        for (int k = 0; k < l->n_weights; k++) {
            const struct keras_weight *w = &l->weights[k];
            struct keras_array *a = &o->arrays[o->n++];

            *a = (struct keras_array){ .node = n, .name = w->name, .place = k, .rank = w->rank };
            memcpy(a->dims, w->dims, sizeof a->dims);
            a->to = shared + (w->arena == ARENA_PARAMETERS ? 0 : parameters) + w->first;
        }
    }
}

/* All but what stands in the statistics beside the layers' own. */
static void take_own(const struct own *o, const struct stored_model *out)
{
    int next = 0;

    for (int i = 0; i < o->model->n_layers; i++) {
        const struct keras_layer *l = &o->model->layers[o->model->saved[i]];

        for (int k = 0; k < l->n_weights; k++) {
            const struct keras_weight *w = &l->weights[k];
            float *arena = w->arena == ARENA_PARAMETERS ? out->parameters : out->statistics;

            memcpy(arena + w->first, o->arrays[next++].to, w->count * sizeof *arena);
        }
    }
}

static bool read_own(const char *path, struct own *o, keras_arrays_read *read, struct stored_model *out,
                     struct error *e)
{
    const size_t *bytes = out->plan->arena_bytes, all = bytes[ARENA_PARAMETERS] + bytes[ARENA_STATISTICS];
    float *shared = guard_share(all, path, e);

    if (!shared)
        return false;
    gather_own(o, shared, bytes[ARENA_PARAMETERS] / sizeof *shared);
    bool good = read(path, o->arrays, o->n, e);

    if (good)
        take_own(o, out);
    munmap(shared, all);
    return good;
}

bool keras_arrays_own(const char *path, keras_arrays_read *read, struct stored_model *out, struct error *e)
{
    struct own o = { .model = keras_model_new(&out->header.recipe, out->plan, e) };
    size_t layers = o.model ? (size_t)o.model->n_layers : 0;

    o.nodes = o.model ? memory_new(layers, sizeof *o.nodes, e) : NULL;
    o.arrays = o.nodes ? memory_new(layers * KERAS_WEIGHTS, sizeof *o.arrays, e) : NULL;
    bool good = o.arrays && read_own(path, &o, read, out, e);

    free(o.nodes);
    free(o.arrays);
    keras_model_free(o.model);
    return good;
}
