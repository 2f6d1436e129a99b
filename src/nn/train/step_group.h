/* Steps become points of a curve that does not grow for ever: one each at first, then two together, four, and so on. So
 * a curve of n steps has as many points as its first steps and half as many for each doubling since, each of at most an
 * 8,192nd of the run. Which steps are together depends on their numbers alone. */
#ifndef NN_STEP_GROUP_H
#define NN_STEP_GROUP_H

#include "nn/train/series.h"

enum { STEP_GROUP_SINGLE = 16384 }; /* points of one step */

/* Of how many steps the point at a place of the curve is: a power of two. */
uint32_t step_group_size(size_t place);

/* The steps that are not enough for a point yet. Zeroed: none. */
struct step_group {
    uint64_t steps;
    double loss, accuracy; /* sums */
    double loss_low, loss_high, accuracy_low, accuracy_high;
    struct point last;
};

void step_group_add(struct step_group *g, const struct point *step);

/* The group as a point; there is a step in it. */
struct point step_group_point(const struct step_group *g);

#endif
