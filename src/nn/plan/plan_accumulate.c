#include "nn/plan/plan_accumulate.h"

static void append_sum(struct plan_builder *b, value of)
{
    if (b->failed)
        return;

    const int count = b->plan->values[of].dims[0];
    value sums = plan_add_value(b, &(struct plan_value){
        .name = "sums", .arena = ARENA_TOTALS, .rank = 1, .dims = { count }, .alias = VALUE_NONE });

    plan_append(b, &(struct op){ .kind = OP_ACCUMULATE, .in = { of, sums }, .update = { .count = count } });
}

void plan_accumulate(struct plan_builder *b)
{
    if (b->failed || plan_parts(b->plan) == 1)
        return;
    b->layer = -1;
    append_sum(b, b->plan->metrics);
    if (b->plan->arena_bytes[ARENA_GRADIENTS] > 0)
        append_sum(b, plan_whole(b, "gradients", ARENA_GRADIENTS));
}
