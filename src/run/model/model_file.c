#include "run/model/model_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/guard.h"
#include "base/hdf5.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "nn/recipe/recipe_file.h"
#include "run/model/hdf5_values.h"
#include "run/model/keras_config.h"
#include "run/model/keras_model.h"

/* Names in the file that are both written and read. */
#define WEIGHTS       "model_weights"
#define LAYER_NAMES   "layer_names"
#define WEIGHT_NAMES  "weight_names"
#define OWN           MODEL_FILE_OWN
#define NORMALISATION "normalisation"

/* Everything that goes into the file. All of it is made before the file is. */
struct content {
    const struct recipe *recipe;
    const struct trainer_weights *weights;
    struct keras_model *model;
    char *config, *recipe_text;
};

static char *print_recipe(const struct recipe *r, struct error *e)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    bool written = out && recipe_write(r, out);

    if (out && fclose(out) == 0 && written)
        return text;
    free(text);
    error_set(e, ERROR_MEMORY, "no memory for the text of a recipe");
    return NULL;
}

static bool content_make(struct content *c, const struct recipe *r, const struct trainer_weights *w, struct error *e)
{
    *c = (struct content){ .recipe = r, .weights = w };
    c->model = keras_model_new(r, w->plan, e);
    c->config = c->model ? keras_config(c->model, r->name, w->statistics, e) : NULL;
    c->recipe_text = c->config ? print_recipe(r, e) : NULL;
    return c->recipe_text;
}

static void content_free(struct content *c)
{
    keras_model_free(c->model);
    free(c->config);
    free(c->recipe_text);
}

static const float *weight_values(const struct content *c, const struct keras_weight *w)
{
    return (w->arena == ARENA_PARAMETERS ? c->weights->parameters : c->weights->statistics) + w->first;
}

/* model_weights/<layer>: weight_names are paths from here, "<layer>/kernel:0". */
static bool write_layer(hid_t weights, const struct content *c, const struct keras_layer *l)
{
    char paths[KERAS_WEIGHTS][2 * KERAS_NAME_SIZE];
    const char *names[KERAS_WEIGHTS];
    hid_t group = H5Gcreate2(weights, l->name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), inner = H5I_INVALID_HID;
    bool written = group >= 0;

    if (written && l->n_weights > 0) {
        inner = H5Gcreate2(group, l->name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        written = inner >= 0;
    }
    for (int i = 0; written && i < l->n_weights; i++) {
        const struct keras_weight *w = &l->weights[i];

        snprintf(paths[i], sizeof paths[i], "%s/%s:0", l->name, w->name);
        names[i] = paths[i];
        written = hdf5_values_write_floats(inner, strchr(paths[i], '/') + 1, w->rank, w->dims, weight_values(c, w));
    }
    written = written && hdf5_values_write_names(group, WEIGHT_NAMES, l->n_weights, names);
    if (inner >= 0)
        written = H5Gclose(inner) >= 0 && written;
    if (group >= 0)
        written = H5Gclose(group) >= 0 && written;
    return written;
}

static bool write_layers(hid_t weights, const struct content *c)
{
    const struct keras_model *m = c->model;
    const char **names = calloc((size_t)m->n_layers, sizeof *names);
    bool written = names;

    for (int i = 0; written && i < m->n_layers; i++) {
        const struct keras_layer *l = &m->layers[m->saved[i]];

        names[i] = l->name;
        written = write_layer(weights, c, l);
    }
    written = written && hdf5_values_write_names(weights, LAYER_NAMES, m->n_layers, names);
    free(names);
    return written;
}

/* What Keras checks first. The version is that of the format, not of a program. */
static bool write_marks(hid_t at)
{
    return hdf5_values_write_text(at, "keras_version", "2.15.0") && hdf5_values_write_text(at, "backend", "tensorflow");
}

static bool write_weights(hid_t file, const struct content *c)
{
    hid_t weights = H5Gcreate2(file, WEIGHTS, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

    if (weights < 0)
        return false;
    bool written = write_marks(weights) && write_layers(weights, c);
    return H5Gclose(weights) >= 0 && written;
}

static bool write_class_names(hid_t own, const struct trainer_weights *w)
{
    const char **names = w->class_names ? calloc((size_t)w->classes, sizeof *names) : NULL;

    if (!w->class_names)
        return true;
    for (int i = 0; names && i < w->classes; i++)
        names[i] = w->class_names[i];
    bool written = names && hdf5_values_write_names(own, "class_names", w->classes, names);
    free(names);
    return written;
}

static bool write_own(hid_t file, const struct content *c)
{
    const struct trainer_weights *w = c->weights;
    const struct plan_value *normalisation = plan_place(w->plan, w->plan->normalisation);
    const int input[] = { w->input.height, w->input.width, w->input.channels };
    hid_t own = H5Gcreate2(file, OWN, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

    if (own < 0)
        return false;
    bool written = hdf5_values_write_text(own, "version", CUVETTE_VERSION) &&
                   hdf5_values_write_text(own, "name", c->recipe->name) &&
                   hdf5_values_write_long_text(own, "recipe", c->recipe_text) &&
                   hdf5_values_write_text(own, "dataset", w->dataset) &&
                   hdf5_values_write_integers(own, "input", 3, input) && write_class_names(own, w) &&
                   hdf5_values_write_floats(own, NORMALISATION, normalisation->rank, normalisation->dims,
                                            w->statistics + normalisation->offset / sizeof(float));
    return H5Gclose(own) >= 0 && written;
}

/* HDF5 does not survive a full disk: when the program ends it tries again to write the rest, and crashes. So the file
 * is made in memory, which costs its size for a moment, and then written like any other. */
static void *make_image(const struct content *c, size_t *size)
{
    void *bytes = NULL;

    hdf5_lock();
    hid_t file = hdf5_values_create_in_memory();
    if (file >= 0 && write_marks(file) && hdf5_values_write_long_text(file, "model_config", c->config) &&
        write_weights(file, c) && write_own(file, c))
        bytes = hdf5_values_copy_file(file, size);
    if (file >= 0)
        H5Fclose(file);
    hdf5_unlock();
    return bytes;
}

bool model_file_check(const struct recipe *r, const struct plan *plan, struct error *e)
{
    struct keras_model *model = keras_model_new(r, plan, e);

    keras_model_free(model);
    return model;
}

bool model_file_write(const char *path, const struct recipe *r, const struct trainer_weights *w,
                      const struct atomic_wish *wish, struct error *e)
{
    struct content c;

    if (!path_ends_with(path, ".h5"))
        return error_set(e, ERROR_USAGE, "%s does not end in .h5, and Keras reads no other model files", path);
    bool written = content_make(&c, r, w, e);
    if (written) {
        size_t size;
        void *bytes = make_image(&c, &size);
        const struct atomic_part whole = { bytes, size };

        written = bytes ? atomic_file_write_parts(path, &whole, 1, wish, e)
                        : error_set(e, ERROR_MEMORY, "no memory for %s", path);
        free(bytes);
    }
    content_free(&c);
    return written;
}

struct reading {
    const char *path; /* for errors */
    hid_t file, weights;
    const struct keras_model *model;
    float *parameters, *statistics;
};

static bool damaged(const struct reading *r, struct error *e)
{
    return hdf5_error(e, ERROR_INPUT, "%s is damaged, or not a model file", r->path);
}

/* "3x3x32x64" */
static void format_dims(char *out, size_t size, int rank, const int *dims)
{
    out[0] = '\0';
    for (int i = 0; i < rank; i++)
        text_append(out, size, "%s%d", i ? "x" : "", dims[i]);
}

static bool read_weight(const struct reading *r, hid_t group, const char *name, const struct keras_layer *l,
                        const struct keras_weight *w, struct error *e)
{
    int rank, dims[HDF5_RANK_MAX];
    char there[64], wanted[64];
    float *to = (w->arena == ARENA_PARAMETERS ? r->parameters : r->statistics) + w->first;

    if (!hdf5_values_read_dims(group, name, &rank, dims))
        return damaged(r, e);
    if (rank != w->rank || memcmp(dims, w->dims, (size_t)rank * sizeof *dims) != 0) {
        format_dims(there, sizeof there, rank, dims);
        format_dims(wanted, sizeof wanted, w->rank, w->dims);
        return error_set(e, ERROR_INPUT, "%s: %s of layer %s is %s, but the recipe makes it %s", r->path, w->name,
                         l->name, there, wanted);
    }
    return hdf5_values_read_floats(group, name, to) || damaged(r, e);
}

/* Reads the weights of one layer from its group, which must have as many. */
static bool read_layer(const struct reading *r, const char *name, const struct keras_layer *l, struct error *e)
{
    hid_t group = H5Gopen2(r->weights, name, H5P_DEFAULT);
    int count;

    if (group < 0)
        return damaged(r, e);
    char **names = hdf5_values_read_names(group, WEIGHT_NAMES, &count);
    bool read = count == l->n_weights ||
                error_set(e, ERROR_INPUT, "%s: layer %s has %d weights, but the recipe's layer %s has %d", r->path,
                          name, count, l->name, l->n_weights);
    for (int i = 0; read && i < count; i++)
        read = read_weight(r, group, names[i], l, &l->weights[i], e);
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
    char **names = hdf5_values_read_names(group, WEIGHT_NAMES, &count);
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
static bool read_layers(const struct reading *r, struct error *e)
{
    const struct keras_model *m = r->model;
    int count, with_weights = 0, next = 0;
    char **names = hdf5_values_read_names(r->weights, LAYER_NAMES, &count);
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

static bool read_normalisation(const struct reading *r, struct error *e)
{
    const struct plan *plan = r->model->plan;
    const struct plan_value *place = plan_place(plan, plan->normalisation);
    const char *name = OWN "/" NORMALISATION;
    int rank, dims[HDF5_RANK_MAX];

    if (H5Lexists(r->file, OWN, H5P_DEFAULT) <= 0 || !hdf5_values_read_dims(r->file, name, &rank, dims))
        return error_set(e, ERROR_INPUT, "%s does not say how images are normalised: it was not written by cuvette",
                         r->path);
    if (rank != 2 || dims[0] != 2 || dims[1] != place->dims[1])
        return error_set(e, ERROR_INPUT, "%s is a model of images with %d channels, not %d", r->path,
                         rank == 2 ? dims[1] : 0, place->dims[1]);
    return hdf5_values_read_floats(r->file, name, r->statistics + place->offset / sizeof(float)) || damaged(r, e);
}

static bool read_file(struct reading *r, struct error *e)
{
    bool there = H5Lexists(r->file, WEIGHTS, H5P_DEFAULT) > 0;

    if (!there)
        return error_set(e, ERROR_INPUT, "%s is not a model file: it has no %s", r->path, WEIGHTS);
    r->weights = H5Gopen2(r->file, WEIGHTS, H5P_DEFAULT);
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

bool model_file_read(const char *path, const struct recipe *recipe, const struct plan *plan, float *parameters,
                     float *statistics, struct error *e)
{
    const size_t first = plan->arena_bytes[ARENA_PARAMETERS], second = plan->arena_bytes[ARENA_STATISTICS];
    const struct guard_limits limits = { .seconds = 60, .bytes = (1 << 30) + first };
    struct keras_model *model;
    struct reading r = { .path = path };

    if (access(path, R_OK) != 0)
        return error_set_errno(e, "cannot read %s", path);
    if (!(r.model = model = keras_model_new(recipe, plan, e)))
        return false;
    char *shared = mmap(NULL, first + second, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    bool read = shared != MAP_FAILED || error_set_errno(e, "cannot read %s", path);

    if (read) {
        r.parameters = (float *)shared;
        r.statistics = (float *)(shared + first);
        read = guard_run(read_apart, &r, &limits, path, e);
        memcpy(parameters, shared, first);
        memcpy(statistics, shared + first, second);
        munmap(shared, first + second);
    }
    keras_model_free(model);
    return read;
}
