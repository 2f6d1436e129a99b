/* What a stored model says of itself beside its weights: the recipe, and the images and classes that it was trained on.
 * With that a model needs no data set, and no run around it. */
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

/* Checks the input and, from recipe and input, counts the classes where they have no names. False with an error that
 * names the file. */
bool model_header_complete(struct model_header *h, const char *path, struct error *e);

#endif
