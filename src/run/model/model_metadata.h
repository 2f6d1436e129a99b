/* What a model of cuvette's own says of itself beside its weights, as texts by name. Formats that are not ours keep
 * them where they keep such texts: safetensors in its header, ONNX in metadata_props, Keras 3's zip as a member more.
 */
#ifndef RUN_MODEL_METADATA_H
#define RUN_MODEL_METADATA_H

#include "run/model/stored_model.h"

struct json_t;

/* An object of texts, all UTF-8: cuvette (the version), name, recipe, dataset, and as JSON in their texts input
 * (height, width, channels), normalisation (a mean a channel, 1 / a deviation a channel), class_names and epoch where
 * they are known. NULL with an error, which calls the format's files "a FORMAT file"; json_decref() it. */
struct json_t *model_metadata_make(const char *format, const struct recipe *r, const struct trainer_weights *w,
                                   struct error *e);

/* The texts of a file, which are foreign. */
struct model_metadata {
    const char *path;                                       /* of the file, for errors */
    const char *(*text)(const void *file, const char *key); /* NULL: it has none of that name */
    const void *file;
};

/* There is a recipe: cuvette wrote the file, or wrote what it was made from. */
bool model_metadata_is_own(const struct model_metadata *m);

/* Fills the header of a zeroed model, its writer, data set and moment. False with an error that names the file. */
bool model_metadata_take(const struct model_metadata *m, const struct model_wish *wish, struct stored_model *out,
                         struct error *e);

/* For a model that has its memory: the normalisation, which is no weight. */
bool model_metadata_take_normalisation(const struct model_metadata *m, struct stored_model *out, struct error *e);

#endif
