/* The values in which several recipes differ, as a table: for whoever compares runs. */
#ifndef NN_RECIPE_DIFFERENCES_H
#define NN_RECIPE_DIFFERENCES_H

#include "nn/recipe/recipe.h"

enum { RECIPE_DIFFERENCES_MOST = 32 }; /* recipes at once */

/* A row: a value's name, "training batch", "layer 3", and what each recipe has there; "" for a layer that it does not
 * have. */
struct recipe_difference {
    const char *name;
    char values[RECIPE_DIFFERENCES_MOST][FIELD_TEXT_SIZE];
};

/* Calls `row` for each value that is not the same in all of 1 to RECIPE_DIFFERENCES_MOST recipes, in the order of a
 * recipe's file. Layers that all of them begin with and end with are the same. Returns how many rows there were. */
int recipe_differences(const struct recipe *const *recipes, int count,
                       void (*row)(void *context, const struct recipe_difference *d), void *context);

#endif
