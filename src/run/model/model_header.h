/* What a model file says of itself beside its weights (model_file.h): the recipe, and the images and classes that it
 * was trained on. With that a model needs no data set, and no run around it. */
#ifndef RUN_MODEL_HEADER_H
#define RUN_MODEL_HEADER_H

#include "data/sources/source.h"
#include "nn/plan/shape.h"
#include "nn/recipe/recipe.h"

struct model_header {
    struct recipe recipe;
    struct shape input; /* of its images */
    int classes;
    bool named; /* the classes have names */
    char class_names[CLASSES_MAX][CLASS_NAME_SIZE]; /* foreign text: sanitise */
};

/* False with an error: there is no such file, it is damaged, or not one that cuvette wrote. */
bool model_header_read(const char *path, struct model_header *out, struct error *e);

#endif
