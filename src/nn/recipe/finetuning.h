/* What a recipe makes of a network that was trained before. */
#ifndef NN_FINETUNING_H
#define NN_FINETUNING_H

#include "nn/recipe/recipe.h"

/* "begins with the weights of resnet20.h5; the last layer, dense 5, is new"; "" where weights are drawn. Safe to
 * show. */
void finetuning_words(const struct recipe *r, char *out, size_t size);

#endif
