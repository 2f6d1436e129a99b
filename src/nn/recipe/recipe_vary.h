/* A recipe's key with several values, "training.batch=32,128,512": what differs between the runs of an array of jobs or
 * of a comparison. */
#ifndef NN_RECIPE_VARY_H
#define NN_RECIPE_VARY_H

#include "base/error.h"
#include "nn/recipe/recipe.h"

enum { RECIPE_KEY_SIZE = 64 };

/* A key as it is typed, "training.batch", to that of a recipe. A section may be shortened, "train.batch", and left out
 * where one section alone has the key, "batch". False with ERROR_USAGE, which names what is similar. */
bool recipe_vary_key(const char *typed, char out[RECIPE_KEY_SIZE], struct error *e);

/* The key of KEY=VALUE,VALUE and how many values it has. False with ERROR_USAGE. */
bool recipe_vary_look(const char *varied, char key[RECIPE_KEY_SIZE], int *count, struct error *e);

/* One of its values, from 0 on, without the key. False when it was cut to fit. */
bool recipe_vary_value(const char *varied, int position, char *out, size_t size);

#endif
