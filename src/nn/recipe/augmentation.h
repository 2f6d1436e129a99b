/* What a recipe's [data] says of augmentation, as operations of a plan and as numbers of a step. */
#ifndef NN_AUGMENTATION_H
#define NN_AUGMENTATION_H

#include "nn/plan/backend.h"
#include "nn/plan/plan_builder.h"
#include "nn/recipe/recipe.h"

/* Appends what makes the network's input of a batch: GATHER and, while b->training, RETOUCH and MIX where they are
 * asked for. The plan has its images, index and normalisation. Returns the input. */
value augmentation_emit(struct plan_builder *b, const struct recipe_data *d);

/* Are images others in every epoch, by these operations? */
bool augmentation_any(const struct recipe_data *d);

/* Are images mixed in training, so that each has two labels? */
bool augmentation_mixes(const struct recipe_data *d);

/* How the images of training step `step` are mixed: one share for the whole step, as in the papers' own code.
 *     mixup   the whole image; Zhang and others, arXiv 1710.09412, 2018
 *     cutmix  a box, and the share is what it covers; Yun and others, arXiv 1905.04899, 2019
 * With both, each step is one or the other, by a toss. All 0 where nothing is mixed. */
struct step_mix augmentation_mix(const struct recipe_data *d, struct shape image, uint64_t seed, uint64_t step);

/* Appends what is on, random parts too, with ", " before each: ", flip, shift 4, reflected, turn 15°"; nothing where
 * nothing is. */
void augmentation_summary(const struct recipe_data *d, char *out, size_t size);

#endif
