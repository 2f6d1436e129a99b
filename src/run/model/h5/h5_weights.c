#include "run/model/h5/h5_weights.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/hdf5.h"
#include "base/hdf5_foreign.h"
#include "base/memory.h"
#include "run/model/h5/hdf5_values.h"
#include "run/model/h5/model_file.h"
#include "run/model/keras/keras_model.h"

struct reading {
    const char *path; /* for errors */
    hid_t file, weights;
    const struct keras_model *model;
    const struct h5_weights_names *names; /* where it holds weights alone; else NULL */
    const char *owner;                    /* for errors: "the recipe" */
    float *parameters, *statistics;
    float *bias; /* of the convolution that was read last, which ours has not; NULL: there is none */
};

static bool damaged(const struct reading *r, struct error *e)
{
    return hdf5_error(e, ERROR_INPUT, "%s is damaged, or not a model file", r->path);
}

static bool check_dims(const struct reading *r, hid_t dataset, const char *name, const struct keras_weight *w,
                       struct error *e)
{
    int rank, dims[HDF5_RANK_MAX];
    char there[64], wanted[64];

    if (!hdf5_values_read_dims(dataset, &rank, dims))
        return damaged(r, e);
    if (rank != w->rank || memcmp(dims, w->dims, (size_t)rank * sizeof *dims) != 0) {
        hdf5_values_format_dims(there, sizeof there, rank, dims);
        hdf5_values_format_dims(wanted, sizeof wanted, w->rank, w->dims);
        return error_set(e, ERROR_INPUT, "%s: %s of layer %s is %s, but %s makes it %s", r->path, w->name, name,
                         there, r->owner, wanted);
    }
    return true;
}

static float *place_of(const struct reading *r, const struct keras_weight *w)
{
    return (w->arena == ARENA_PARAMETERS ? r->parameters : r->statistics) + w->first;
}

static bool read_weight(const struct reading *r, hid_t group, const char *name, const char *layer,
                        const struct keras_weight *w, float *to, struct error *e)
{
    hid_t dataset = hdf5_foreign_open(group, r->path, name, H5P_DEFAULT, e);

    if (dataset < 0)
        return false;
    bool read = check_dims(r, dataset, layer, w, e) && (hdf5_values_read_floats(dataset, to) || damaged(r, e));

    H5Dclose(dataset);
    return read;
}

/* A bias that is followed by a batch normalisation: ours have none there. */
static bool has_surplus_bias(const struct reading *r, const struct keras_layer *l, int count)
{
    return r->names && l->kind == KERAS_CONV2D && l->n_weights == 1 && count == 2;
}

static bool read_surplus_bias(struct reading *r, hid_t group, const char *name, const char *layer,
                              const struct keras_layer *l, struct error *e)
{
    int outputs = l->weights[0].dims[l->weights[0].rank - 1];
    const struct keras_weight bias = { .name = "bias", .rank = 1, .dims = { outputs }, .count = (size_t)outputs };

    free(r->bias);
    r->bias = memory_new(bias.count, sizeof *r->bias, e);
    return r->bias && read_weight(r, group, name, layer, &bias, r->bias, e);
}

/* The mean of what has no bias added is lower by that. */
static void fold_bias(struct reading *r, const struct keras_layer *norm)
{
    const struct keras_weight *mean = &norm->weights[2];

    for (size_t i = 0; i < mean->count; i++)
        place_of(r, mean)[i] -= r->bias[i];
    free(r->bias);
    r->bias = NULL;
}

/* Reads the weights of one layer from its group, which must have as many. */
static bool read_layer(struct reading *r, const char *name, const struct keras_layer *l, struct error *e)
{
    hid_t group = H5Gopen2(r->weights, name, H5P_DEFAULT);
    int count;

    if (group < 0)
        return damaged(r, e);
    char **names = hdf5_values_read_names(group, MODEL_FILE_WEIGHT_NAMES, &count);
    bool surplus = has_surplus_bias(r, l, count);
    bool read = count == l->n_weights + surplus ||
                error_set(e, ERROR_INPUT, "%s: layer %s has %d weights, but %s's layer %s has %d", r->path, name, count,
                          r->owner, l->name, l->n_weights);
    const char *called = r->names ? name : l->name;

    for (int i = 0; read && i < l->n_weights; i++)
        read = read_weight(r, group, names[i], called, &l->weights[i], place_of(r, &l->weights[i]), e);
    if (read && surplus)
        read = read_surplus_bias(r, group, names[1], called, l, e);
    if (read && r->bias && l->kind == KERAS_BATCH_NORMALIZATION)
        fold_bias(r, l);
    hdf5_values_free_names(names, count);
    H5Gclose(group);
    return read;
}

static bool has_weights(const struct reading *r, const char *name)
{
    hid_t group = H5Gopen2(r->weights, name, H5P_DEFAULT);
    int count = 0;

    if (group < 0)
        return true; /* what is wrong with it is reported when it is read */
    char **names = hdf5_values_read_names(group, MODEL_FILE_WEIGHT_NAMES, &count);
    hdf5_values_free_names(names, count);
    H5Gclose(group);
    return count > 0;
}

static bool wrong_count(const struct reading *r, int in_file, struct error *e)
{
    int wanted = 0;

    for (int i = 0; i < r->model->n_layers; i++)
        wanted += r->model->layers[i].n_weights > 0;
    return error_set(e, ERROR_INPUT,
                     "%s is the model of another recipe: it has %d layers with weights, the recipe has %d", r->path,
                     in_file, wanted);
}

/* Layers are matched by their order in the list, as Keras does, not by name. */
static bool read_layers(struct reading *r, struct error *e)
{
    const struct keras_model *m = r->model;
    int count, with_weights = 0, next = 0;
    char **names = hdf5_values_read_names(r->weights, MODEL_FILE_LAYER_NAMES, &count);
    bool read = names || damaged(r, e);

    for (int i = 0; read && i < count; i++) {
        if (!has_weights(r, names[i]))
            continue;
        with_weights++;
        while (next < m->n_layers && m->layers[m->saved[next]].n_weights == 0)
            next++;
        if (next < m->n_layers)
            read = read_layer(r, names[i], &m->layers[m->saved[next]], e);
        next++;
    }
    while (read && next < m->n_layers && m->layers[m->saved[next]].n_weights == 0)
        next++;
    if (read && next != m->n_layers)
        read = wrong_count(r, with_weights, e);
    hdf5_values_free_names(names, count);
    return read;
}

static bool read_named_layers(struct reading *r, struct error *e)
{
    bool read = true;
    int next = 0;

    for (int i = 0; read && i < r->model->n_layers; i++) {
        if (r->model->layers[i].n_weights == 0)
            continue;
        if (next == r->names->n)
            return wrong_count(r, next, e);
        const char *name = r->names->layers[next++];

        read = H5Lexists(r->weights, name, H5P_DEFAULT) > 0
                   ? read_layer(r, name, &r->model->layers[i], e)
                   : error_set(e, ERROR_INPUT, "%s has no layer %s, and %s needs one", r->path, name, r->owner);
    }
    return read;
}

static bool take_normalisation(const struct reading *r, hid_t dataset, struct error *e)
{
    const struct plan *plan = r->model->plan;
    const struct plan_value *place = plan_place(plan, plan->normalisation);
    int rank, dims[HDF5_RANK_MAX];

    if (!hdf5_values_read_dims(dataset, &rank, dims))
        return damaged(r, e);
    if (rank != 2 || dims[0] != 2 || dims[1] != place->dims[1])
        return error_set(e, ERROR_INPUT, "%s is a model of images with %d channels, not %d", r->path,
                         rank == 2 ? dims[1] : 0, place->dims[1]);
    return hdf5_values_read_floats(dataset, r->statistics + place->offset / sizeof(float)) || damaged(r, e);
}

static bool read_normalisation(const struct reading *r, struct error *e)
{
    const char *name = MODEL_FILE_OWN "/" MODEL_FILE_NORMALISATION;

    if (H5Lexists(r->file, MODEL_FILE_OWN, H5P_DEFAULT) <= 0 || H5Lexists(r->file, name, H5P_DEFAULT) <= 0)
        return error_set(e, ERROR_INPUT, "%s does not say how images are normalised: it was not written by cuvette",
                         r->path);
    hid_t dataset = hdf5_foreign_open(r->file, r->path, name, H5P_DEFAULT, e);
    bool read = dataset >= 0 && take_normalisation(r, dataset, e);

    if (dataset >= 0)
        H5Dclose(dataset);
    return read;
}

static bool read_file(struct reading *r, struct error *e)
{
    if (r->names) {
        r->weights = r->file;
        return read_named_layers(r, e);
    }
    bool there = H5Lexists(r->file, MODEL_FILE_WEIGHTS, H5P_DEFAULT) > 0;

    if (!there)
        return error_set(e, ERROR_INPUT, "%s is not a model file: it has no %s", r->path, MODEL_FILE_WEIGHTS);
    r->weights = H5Gopen2(r->file, MODEL_FILE_WEIGHTS, H5P_DEFAULT);
    if (r->weights < 0)
        return damaged(r, e);
    bool read = read_layers(r, e) && read_normalisation(r, e);
    H5Gclose(r->weights);
    return read;
}

/* In a process of its own: the numbers go to memory that is shared with it. */
static bool read_apart(void *reading, struct error *e)
{
    struct reading *r = reading;

    hdf5_lock();
    r->file = hdf5_values_open_file(r->path);
    bool read = r->file >= 0 ? read_file(r, e) : damaged(r, e);
    if (r->file >= 0)
        H5Fclose(r->file);
    hdf5_unlock();
    return read;
}

static bool read_into_arenas(struct reading *r, const struct recipe *recipe, const struct plan *plan, float *parameters,
                             float *statistics, struct error *e)
{
    const size_t first = plan->arena_bytes[ARENA_PARAMETERS], second = plan->arena_bytes[ARENA_STATISTICS];
    const struct guard_limits limits = { .seconds = 60, .bytes = (1 << 30) + first };
    struct keras_model *model;

    if (access(r->path, R_OK) != 0)
        return error_set_errno(e, "cannot read %s", r->path);
    if (!(r->model = model = keras_model_new(recipe, plan, e)))
        return false;
    char *shared = guard_share(first + second, r->path, e);
    bool read = shared;

    if (read) {
        r->parameters = (float *)shared;
        r->statistics = (float *)(shared + first);
        read = guard_run(read_apart, r, &limits, r->path, e);
        memcpy(parameters, shared, first);
        memcpy(statistics, shared + first, second);
        munmap(shared, first + second);
    }
    keras_model_free(model);
    return read;
}

bool h5_weights_read(const char *path, const struct recipe *recipe, const struct plan *plan, float *parameters,
                     float *statistics, struct error *e)
{
    struct reading r = { .path = path, .owner = "the recipe" };

    return read_into_arenas(&r, recipe, plan, parameters, statistics, e);
}

bool h5_weights_read_named(const char *path, const struct recipe *recipe, const struct plan *plan,
                           const struct h5_weights_names *names, float *parameters, float *statistics,
                           struct error *e)
{
    struct reading r = { .path = path, .names = names, .owner = names->owner };

    return read_into_arenas(&r, recipe, plan, parameters, statistics, e);
}
