/* What differs between two recipes, in words: for undo, and for whoever compares runs. */
#ifndef NN_RECIPE_CHANGES_H
#define NN_RECIPE_CHANGES_H

#include "nn/recipe/recipe.h"

/* How many changes lead from one recipe to the other; 0: they mean the same. `words` gets the first few, "dense units
 * 64 → 128, training epochs 10 → 20 and 3 more", cut to fit; NULL: they are only counted. */
int recipe_changes(const struct recipe *before, const struct recipe *after, char *words, size_t size);

#endif
