/* Keras's HDF5 files, which are our own model files too (model_file.h). */
#include <string.h>

#include "base/path.h"
#include "base/text.h"
#include "nn/recipe/recipe_file.h"
#include "run/model/h5/h5_arrays.h"
#include "run/model/h5/h5_header.h"
#include "run/model/h5/h5_weights.h"
#include "run/model/h5/model_file.h"
#include "run/model/model_format.h"
#include "run/model/published/published_h5.h"

static bool take_own(const char *path, const struct h5_header *h, const struct model_wish *wish,
                     struct stored_model *out, struct error *e)
{
    struct model_header *to = &out->header;

    if (wish->recipe)
        to->recipe = *wish->recipe;
    else if (!recipe_parse(&to->recipe, h->recipe, "recipe", e))
        return error_context(e, "%s", path);
    if (!wish->recipe && h->name[0])
        text_sanitise(to->recipe.name, sizeof to->recipe.name, path_name(h->name));
    to->input = shape_image(h->input[0], h->input[1], h->input[2]);
    out->moment.epoch = h->epoch;
    to->named = h->names > 0;
    to->classes = h->names;
    memcpy(to->class_names, h->class_names, sizeof to->class_names);
    text_copy(out->dataset, sizeof out->dataset, h->dataset);
    return model_header_complete(to, path, e) && stored_model_prepare(out, e) &&
           h5_weights_read(path, &to->recipe, out->plan, out->parameters, out->statistics, e);
}

static bool read(const char *path, const struct model_wish *wish, struct stored_model *out, struct error *e)
{
    struct h5_header *h = h5_header_read(path, e);
    bool good = h && (h->own            ? take_own(path, h, wish, out, e)
                      : h->n_layers > 0 ? published_h5_model(path, h, wish, out, e)
                                        : keras_arrays_model(path, h->config, wish, h5_arrays_read, out, e));

    if (good)
        text_copy(out->writer, sizeof out->writer, h->writer);
    h5_header_free(h);
    return good;
}

MODEL_FORMAT(h5) = {
    .name = "Keras HDF5",
    .extension = ".h5",
    .help = "Keras's HDF5 files, such as the model.h5 of a run; weights of Keras Applications, too",
    .magic = "\x89HDF\r\n\x1a\n",
    .magic_size = 8,
    .read = read,
    .write = model_file_write,
};
