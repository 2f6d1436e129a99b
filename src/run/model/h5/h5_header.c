#include "run/model/h5/h5_header.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/guard.h"
#include "base/hdf5.h"
#include "base/hdf5_foreign.h"
#include "base/text.h"
#include "run/model/h5/hdf5_values.h"
#include "run/model/h5/model_file.h"

struct reading {
    const char *path;
    struct h5_header *header; /* in memory that is shared with the process that reads */
};

static bool damaged(const struct reading *r, const char *what, struct error *e)
{
    return hdf5_error(e, ERROR_INPUT, "%s is damaged: %s", r->path, what);
}

/* False where there is no such text, or it is longer than `to`. */
static bool read_text(hid_t at, const char *name, char *to, size_t size)
{
    int count;
    char **texts = hdf5_values_read_names(at, name, &count);
    bool read = count == 1 && text_copy(to, size, texts[0]);

    hdf5_values_free_names(texts, count);
    return read;
}

static bool read_class_names(hid_t own, const struct reading *r, struct error *e)
{
    struct h5_header *h = r->header;
    int count;
    char **names = hdf5_values_read_names(own, "class_names", &count);
    bool good = count <= CLASSES_MAX;

    for (int i = 0; good && i < count; i++)
        text_copy(h->class_names[i], sizeof h->class_names[i], names[i]);
    h->names = good ? count : 0;
    hdf5_values_free_names(names, count);
    return good || damaged(r, "it has too many classes", e);
}

static bool read_own(hid_t own, const struct reading *r, struct error *e)
{
    struct h5_header *h = r->header;
    char version[32] = "";

    h->own = true;
    if (!read_text(own, "recipe", h->recipe, sizeof h->recipe))
        return damaged(r, "it has no recipe", e);
    if (!hdf5_values_read_integers(own, "epoch", 1, &h->epoch) || h->epoch < 0)
        h->epoch = 0;
    read_text(own, "version", version, sizeof version);
    read_text(own, "dataset", h->dataset, sizeof h->dataset);
    read_text(own, "name", h->name, sizeof h->name);
    snprintf(h->writer, sizeof h->writer, "cuvette %s", version);
    return read_class_names(own, r, e) &&
           (hdf5_values_read_integers(own, "input", 3, h->input) || damaged(r, "it has no input", e));
}

static int count_outputs(hid_t file, const struct reading *r, const char *layer, const char *weight)
{
    char place[512];
    int rank = 0, dims[HDF5_RANK_MAX];
    struct error ignored;

    if (snprintf(place, sizeof place, "%s/%s", layer, weight) >= (int)sizeof place)
        return 0;
    hid_t dataset = hdf5_foreign_open(file, r->path, place, H5P_DEFAULT, &ignored);
    bool known = dataset >= 0 && hdf5_values_read_dims(dataset, &rank, dims) && rank > 0;

    if (dataset >= 0)
        H5Dclose(dataset);
    return known ? dims[rank - 1] : 0;
}

static void add_layer(hid_t file, const struct reading *r, const char *name)
{
    struct h5_header *h = r->header;
    hid_t group = H5Lexists(file, name, H5P_DEFAULT) > 0 ? H5Gopen2(file, name, H5P_DEFAULT) : H5I_INVALID_HID;
    int count = 0;

    if (group < 0)
        return;
    char **weights = hdf5_values_read_names(group, MODEL_FILE_WEIGHT_NAMES, &count);

    if (count > 0 && text_copy(h->layers[h->n_layers].name, H5_LAYER_NAME_SIZE, name)) {
        h->layers[h->n_layers].outputs = count_outputs(file, r, name, weights[0]);
        h->n_layers++;
    }
    hdf5_values_free_names(weights, count);
    H5Gclose(group);
}

/* Keras's save_weights() writes what stands in a whole model's group of weights. */
static void read_layers(hid_t file, const struct reading *r)
{
    int count;
    char **names = hdf5_values_read_names(file, MODEL_FILE_LAYER_NAMES, &count);

    for (int i = 0; i < count && r->header->n_layers < H5_LAYERS_MAX; i++)
        add_layer(file, r, names[i]);
    hdf5_values_free_names(names, count);
}

static bool read_keras(hid_t file, const struct reading *r, struct error *e)
{
    struct h5_header *h = r->header;
    char version[32] = "";

    if (!read_text(file, "model_config", h->config, sizeof h->config)) {
        read_layers(file, r);
        if (h->n_layers > 0)
            return true;
        return error_set(e, ERROR_INPUT,
                         "%s was not written by cuvette, and has no description of a model by Keras: weights alone do "
                         "not say what images it takes",
                         r->path);
    }
    read_text(file, "keras_version", version, sizeof version);
    snprintf(h->writer, sizeof h->writer, "Keras%s%s", version[0] ? " " : "", version);
    return true;
}

static bool read_file(hid_t file, const struct reading *r, struct error *e)
{
    hid_t own = H5Lexists(file, MODEL_FILE_OWN, H5P_DEFAULT) > 0 ? H5Gopen2(file, MODEL_FILE_OWN, H5P_DEFAULT)
                                                                 : H5I_INVALID_HID;

    if (own < 0)
        return read_keras(file, r, e);
    bool good = read_own(own, r, e);

    H5Gclose(own);
    return good;
}

static bool read_apart(void *reading, struct error *e)
{
    const struct reading *r = reading;

    hdf5_lock();
    hid_t file = hdf5_values_open_file(r->path);
    bool good =
        file >= 0 ? read_file(file, r, e) : hdf5_error(e, ERROR_INPUT, "%s is damaged, or not a model file", r->path);

    if (file >= 0)
        H5Fclose(file);
    hdf5_unlock();
    return good;
}

struct h5_header *h5_header_read(const char *path, struct error *e)
{
    const struct guard_limits limits = { .seconds = 60, .bytes = 1 << 30 };
    struct reading r = { .path = path };

    if (access(path, R_OK) != 0) {
        error_set_errno(e, "cannot read %s", path);
        return NULL;
    }
    r.header = guard_share(sizeof *r.header, path, e);
    if (!r.header)
        return NULL;
    if (guard_run(read_apart, &r, &limits, path, e))
        return r.header;
    h5_header_free(r.header);
    return NULL;
}

void h5_header_free(struct h5_header *h)
{
    if (h)
        munmap(h, sizeof *h);
}
