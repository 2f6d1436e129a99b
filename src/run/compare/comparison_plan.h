/* Which entries a comparison has: each device with each combination of the values that vary, with each seed. */
#ifndef RUN_COMPARE_COMPARISON_PLAN_H
#define RUN_COMPARE_COMPARISON_PLAN_H

#include "run/compare/comparison.h"

struct comparison_wish {
    const struct recipe *recipe;
    const char *devices;       /* "cpu:1,cpu,cuda:0"; NULL: the recipe's */
    const char *const *varied; /* "training.batch=32,64", see recipe_vary.h */
    int n_varied;
    int seeds;                 /* so many, from the recipe's on; 0 and 1: that alone */
    int halving;               /* 0, or 2 to 8 */
    bool race;
};

/* Every value is checked, but no device is asked for. There must be two entries or more. NULL with ERROR_USAGE. The
 * comparison has no folder yet. */
struct comparison *comparison_plan(const struct comparison_wish *wish, struct error *e);

/* Its entries, from its recipe and axes. Of what it was read from, too. False with an error. */
bool comparison_plan_entries(struct comparison *c, struct error *e);

#endif
