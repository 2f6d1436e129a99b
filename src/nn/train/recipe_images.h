/* The images that a recipe names, as it wants them. */
#ifndef NN_RECIPE_IMAGES_H
#define NN_RECIPE_IMAGES_H

#include "data/catalogue.h"
#include "data/statistics.h"
#include "nn/recipe/recipe.h"
#include "nn/recipe/recipe_warnings.h"

/* What it wants of images that are files. */
struct source_wish recipe_images_wish(const struct recipe *r);

/* What a recipe's warnings look at; `info` of NULL: nothing is known. */
struct recipe_images recipe_images_known(const struct dataset_info *info);

/* Bytes that images may take of the node's memory, of which `allotted` may be used in all (0: unknown). */
uint64_t recipe_images_memory(const struct recipe *r, uint64_t allotted);

/* Of these, those over which images are shuffled that are read chunk by chunk (data/stream.h). */
uint64_t recipe_images_window(const struct recipe *r, uint64_t allotted);

/* catalogue_look() and catalogue_open() of the recipe's data set; `allotted` as above. Where it is looked at, a recipe
 * with weights is fitted to its classes (finetuning_fit_classes()). */
bool recipe_images_look(struct recipe *r, struct dataset_info *info, struct error *e);
struct source *recipe_images_open(const struct recipe *r, uint64_t allotted,
                                  bool (*progress)(void *context, double done), void *context, struct error *e);

/* Mean and deviation that the images are normalised by: those that the recipe's `pixels` says, or as they are measured.
 * The rest as of statistics_measure(). */
bool recipe_images_measure(const struct recipe *r, struct source *s, struct statistics *out,
                           bool (*progress)(void *context, double done), void *context, struct error *e);

#endif
