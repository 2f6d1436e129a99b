/* A plan as text: the quickest way to see what a recipe becomes (cuvette train --show-plan). */
#ifndef NN_PLAN_PRINT_H
#define NN_PLAN_PRINT_H

#include <stdio.h>

#include "nn/plan/plan.h"

void plan_print(const struct plan *plan, FILE *out);

#endif
