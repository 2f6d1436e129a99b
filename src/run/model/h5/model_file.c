#include "run/model/h5/model_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/atomic_file.h"
#include "base/hdf5.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "nn/recipe/recipe_file.h"
#include "run/model/h5/hdf5_values.h"
#include "run/model/keras/keras_config.h"
#include "run/model/keras/keras_model.h"

/* Everything that goes into the file. All of it is made before the file is. */
struct content {
    const struct recipe *recipe;
    const struct trainer_weights *weights;
    struct keras_model *model;
    char *config, *recipe_text;
};

static bool content_make(struct content *c, const struct recipe *r, const struct trainer_weights *w, struct error *e)
{
    *c = (struct content){ .recipe = r, .weights = w };
    c->model = keras_model_new(r, w->plan, e);
    c->config = c->model ? keras_config(c->model, KERAS_FORM_H5, r->name, w->statistics, e) : NULL;
    c->recipe_text = c->config ? recipe_text(r, e) : NULL;
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
    written = written && hdf5_values_write_names(group, MODEL_FILE_WEIGHT_NAMES, l->n_weights, names);
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
    written = written && hdf5_values_write_names(weights, MODEL_FILE_LAYER_NAMES, m->n_layers, names);
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
    hid_t weights = H5Gcreate2(file, MODEL_FILE_WEIGHTS, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

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
    hid_t own = H5Gcreate2(file, MODEL_FILE_OWN, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

    if (own < 0)
        return false;
    bool written = hdf5_values_write_text(own, "version", CUVETTE_VERSION) &&
                   hdf5_values_write_text(own, "name", c->recipe->name) &&
                   hdf5_values_write_long_text(own, "recipe", c->recipe_text) &&
                   hdf5_values_write_text(own, "dataset", w->dataset) &&
                   hdf5_values_write_integers(own, "input", 3, input) && write_class_names(own, w) &&
                   (w->epoch == 0 || hdf5_values_write_integers(own, "epoch", 1, &w->epoch)) &&
                   hdf5_values_write_floats(own, MODEL_FILE_NORMALISATION, normalisation->rank, normalisation->dims,
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
