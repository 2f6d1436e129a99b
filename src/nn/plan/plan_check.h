/* Holds every operation of a plan to its row in ops.h, so that a mistake in a layer or a pass is a sentence before the
 * first step and not a crash in a kernel. */
#ifndef NN_PLAN_CHECK_H
#define NN_PLAN_CHECK_H

#include "nn/plan/plan.h"

/* Whether all operands are there, of the element and size that the rows say. False with ERROR_RUN, which names the
 * operation and the operand. */
bool plan_check(const struct plan *plan, struct error *e);

#endif
