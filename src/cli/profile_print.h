/* A profile for people, and what its rows say in words. */
#ifndef CLI_PROFILE_TABLE_H
#define CLI_PROFILE_TABLE_H

#include <stdio.h>

#include "nn/train/profile.h"
#include "nn/recipe/recipe.h"

/* One aligned line an operation, in the order of the plan, and the whole step. */
void profile_table_print(const struct profile *p, const struct recipe *recipe, FILE *out);

enum { PROFILE_SHAPES_SIZE = 96 };

/* What goes in and what comes out: "32x784 784x128 -> 32x128"; of products both factors. `to` has PROFILE_SHAPES_SIZE.
 */
void profile_table_shapes(const struct profile *p, const struct profile_row *row, char *to);

/* The kind of a row's layer: "conv2d"; "" for none. */
const char *profile_table_layer(const struct profile_row *row, const struct recipe *recipe);

#endif
