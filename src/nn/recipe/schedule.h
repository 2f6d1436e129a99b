/* The learning rate over a run. */
#ifndef NN_SCHEDULE_H
#define NN_SCHEDULE_H

#include "nn/recipe/recipe.h"

/* The rate at a position in epochs, 0 ≤ position ≤ epochs. */
double schedule_rate(const struct recipe *r, double position);

#endif
