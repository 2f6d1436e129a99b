/* What the passes that merge operations share. */
#ifndef NN_PLAN_FUSE_H
#define NN_PLAN_FUSE_H

#include "nn/plan/plan_passes.h"

enum { NOBODY = -1 };

/* Operands that read v, or what shares its place. */
int plan_fuse_uses(const struct plan *plan, value v);

/* The first operation past `after` that reads it, else NOBODY. */
int plan_fuse_reader(const struct plan *plan, value v, int after);

/* Takes an operation out; spans are moved along. */
void plan_fuse_remove(struct plan *plan, int position);

#endif
