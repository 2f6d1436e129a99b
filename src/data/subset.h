/* Which images a loader brings: the test split, or the part of the training split that is trained on or held out for
 * validation. The seed chooses which are held out. */
#ifndef DATA_SUBSET_H
#define DATA_SUBSET_H

#include "data/sources/source.h"

enum subset { SUBSET_TRAIN, SUBSET_VALIDATION, SUBSET_TEST };

/* The split that a subset's images are from. `validation` is the fraction held out, 0 ≤ v < 1; with 0,
 * SUBSET_VALIDATION is the test split. */
enum split subset_split(enum subset subset, double validation);

/* The positions of its images in that split, ascending, and how many in *count. NULL with an error, also where there
 * are none; free() it. */
uint32_t *subset_members(const struct dataset_info *info, enum subset subset, double validation, uint64_t seed,
                         uint32_t *count, struct error *e);

#endif
