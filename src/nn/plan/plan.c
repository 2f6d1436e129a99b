/* Where a value lies, for those who run a plan: it needs nothing of what makes one. */
#include "nn/plan/plan_builder.h"

value plan_root(const struct plan *plan, value v)
{
    while (plan->values[v].alias != VALUE_NONE)
        v = plan->values[v].alias;
    return v;
}

const struct plan_value *plan_place(const struct plan *plan, value v)
{
    return &plan->values[plan_root(plan, v)];
}
