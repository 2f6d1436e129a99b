/* What a recipe makes of a network that was trained before. */
#ifndef NN_FINETUNING_H
#define NN_FINETUNING_H

#include "nn/recipe/recipe.h"

/* The layers that learn at training.lower_rate: those that came from other weights. */
struct optimiser_lower finetuning_lower(const struct recipe *r);

/* Of a recipe with weights the last layer gets as many outputs as there are classes, if it has others. */
void finetuning_fit_classes(struct recipe *r, struct shape input, int classes);

/* recipe_insert_layer() and recipe_remove_layer(), and the layers that were frozen stay so: one that is put among them
 * is frozen, too. */
bool finetuning_insert_layer(struct recipe *r, int position, const struct layer *l);
void finetuning_remove_layer(struct recipe *r, int position);

/* "begins with the weights of resnet20.h5; the last layer, dense 5, is new; layers 1 to 4 are frozen"; "" where weights
 * are drawn and all are trained. Safe to show. */
void finetuning_words(const struct recipe *r, char *out, size_t size);

#endif
