/* A profile for people, as `cuvette train --profile` prints it. */
#ifndef CLI_PROFILE_TABLE_H
#define CLI_PROFILE_TABLE_H

#include <stdio.h>

#include "nn/recipe/recipe.h"
#include "nn/train/profile.h"

/* One aligned line an operation, in the order of the plan, and the whole step. */
void profile_table_print(const struct profile *p, const struct recipe *recipe, FILE *out);

/* The kind of a row's layer: "conv2d"; "" for none. */
const char *profile_table_layer(const struct profile_row *row, const struct recipe *recipe);

/* The shapes of input and output: "32x784 784x128 -> 32x128"; for products, of both factors. */
enum { PROFILE_SHAPES_SIZE = 96 };
void profile_table_shapes(const struct profile *p, const struct profile_row *row, char to[PROFILE_SHAPES_SIZE]);

#endif
