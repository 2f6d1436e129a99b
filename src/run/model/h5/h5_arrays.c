#include "run/model/h5/h5_arrays.h"

#include <stdio.h>
#include <string.h>

#include "base/guard.h"
#include "base/hdf5.h"
#include "base/hdf5_foreign.h"
#include "run/model/h5/hdf5_values.h"
#include "run/model/h5/model_file.h"

static bool missing(const struct keras_array *a, struct error *e)
{
    return keras_node_refuse(a->node, e, "its %s is not in the file", a->name);
}

/* A part of a path begins at a slash. */
static const char *part_before(const char *path, const char *end)
{
    while (end > path && end[-1] != '/')
        end--;
    return end;
}

static bool is_part(const char *begin, size_t length, const char *name)
{
    return strlen(name) == length && strncmp(begin, name, length) == 0;
}

/* Keras 3 has a plain "kernel" in its DepthwiseConv2D, Keras 2 a depthwise one. */
static bool is_named(const char *begin, size_t length, const struct keras_array *a)
{
    return is_part(begin, length, a->name) ||
           (a->place == 0 && keras_node_is(a->node, "DepthwiseConv2D") && is_part(begin, length, "kernel"));
}

/* "conv2d/kernel:0", "kernel" or "model/conv2d/kernel" of a kernel. In a model in the model the layer's name counts. */
static bool is_called(const char *weight, const struct keras_array *a)
{
    const char *begin = part_before(weight, weight + strlen(weight));

    if (!is_named(begin, strcspn(begin, ":"), a))
        return false;
    if (!a->node->outer)
        return true;
    if (begin == weight)
        return false;
    const char *layer = part_before(weight, begin - 1);

    return is_part(layer, (size_t)(begin - 1 - layer), a->node->name);
}

/* The layer of the whole model that has a node in it. */
static const struct keras_node *outermost(const struct keras_node *n)
{
    while (n->outer)
        n = n->outer;
    return n;
}

bool h5_arrays_place_in_model(hid_t file, const struct keras_array *a, char *to, size_t size, struct error *e)
{
    char folder[256];
    int count, found = -1;

    snprintf(folder, sizeof folder, "%s/%.200s", MODEL_FILE_WEIGHTS, outermost(a->node)->name);
    hid_t group = H5Gopen2(file, folder, H5P_DEFAULT);

    if (group < 0)
        return missing(a, e);
    char **names = hdf5_values_read_names(group, MODEL_FILE_WEIGHT_NAMES, &count);

    for (int i = 0; found < 0 && i < count; i++)
        if (is_called(names[i], a))
            found = i;
    bool whole = found >= 0 && snprintf(to, size, "%s/%s", folder, names[found]) < (int)size;

    hdf5_values_free_names(names, count);
    H5Gclose(group);
    return whole || missing(a, e);
}

static bool check_dims(hid_t dataset, const struct keras_array *a, struct error *e)
{
    int rank, dims[HDF5_RANK_MAX];
    char wanted[64], found[64];

    if (!hdf5_values_read_dims(dataset, &rank, dims))
        return keras_node_refuse(a->node, e, "its %s has no floating-point numbers in up to %d dimensions", a->name,
                                 HDF5_RANK_MAX);
    if (rank == a->rank && memcmp(dims, a->dims, (size_t)rank * sizeof *dims) == 0)
        return true;
    hdf5_values_format_dims(wanted, sizeof wanted, a->rank, a->dims);
    hdf5_values_format_dims(found, sizeof found, rank, dims);
    return keras_node_refuse(a->node, e, "its %s is %s, and its settings make it %s", a->name, found, wanted);
}

static bool take_one(hid_t file, const char *path, h5_arrays_place *place, const struct keras_array *a, struct error *e)
{
    char name[512];

    if (!place(file, a, name, sizeof name, e))
        return error_context(e, "%s", path);
    hid_t dataset = hdf5_foreign_open(file, path, name, H5P_DEFAULT, e);

    if (dataset < 0)
        return false;
    bool taken = (check_dims(dataset, a, e) || error_context(e, "%s", path)) &&
                 (hdf5_values_read_floats(dataset, a->to) ||
                  hdf5_error(e, ERROR_INPUT, "%s is damaged: %s cannot be read", path, name));

    H5Dclose(dataset);
    return taken;
}

bool h5_arrays_take(hid_t file, const char *path, h5_arrays_place *place, const struct keras_array *arrays, int n,
                    struct error *e)
{
    bool taken = true;

    for (int i = 0; taken && i < n; i++)
        taken = take_one(file, path, place, &arrays[i], e);
    return taken;
}

struct reading {
    const char *path;
    const struct keras_array *arrays;
    int n;
};

static bool read_apart(void *context, struct error *e)
{
    const struct reading *r = context;

    hdf5_lock();
    hid_t file = hdf5_values_open_file(r->path);
    bool read = file >= 0 ? h5_arrays_take(file, r->path, h5_arrays_place_in_model, r->arrays, r->n, e)
                          : hdf5_error(e, ERROR_INPUT, "%s is damaged, or not a model file", r->path);

    if (file >= 0)
        H5Fclose(file);
    hdf5_unlock();
    return read;
}

bool h5_arrays_read(const char *path, const struct keras_array *arrays, int n, struct error *e)
{
    const struct guard_limits limits = { .seconds = 60, .bytes = 1 << 30 };
    struct reading r = { path, arrays, n };

    return guard_run(read_apart, &r, &limits, path, e);
}
