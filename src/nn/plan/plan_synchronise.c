#include "nn/plan/plan_synchronise.h"

/* Operations that take the place of one. The first of them stands where that one stood, and is of the same span. */
struct sequence {
    struct plan_builder *b;
    int at, count;
};

static void put(struct sequence *s, const struct op *op)
{
    struct plan_builder *b = s->b;
    const int position = s->at + s->count++;

    if (b->failed)
        return;
    if (position == s->at) {
        /* What is past the last operand is set by appending. */
        plan_insert(b, position + 1, op);
        if (!b->failed)
            plan_remove(b->plan, position);
        return;
    }
    plan_insert(b, position, op);
}

/* Its numbers become their sums over all ranks before what follows. */
static void put_sum(struct sequence *s, value numbers)
{
    if (s->b->failed)
        return;

    const int64_t count = (int64_t)plan_value_count(&s->b->plan->values[numbers]);

    put(s, &(struct op){ .kind = OP_ALL_REDUCE, .in = { numbers }, .update = { .count = count } });
    put(s, &(struct op){ .kind = OP_AWAIT, .in = { numbers }, .update = { .count = count } });
}

static void split_forward(struct sequence *s, struct op op)
{
    const int channels = op.norm.channels;
    value all = plan_scratch(s->b, "moments of ranks", 3, (const int[]){ op.norm.ranks, NORM_RANK_ROWS, channels });
    value moments = plan_scratch(s->b, "moments of all", 2, (const int[]){ 2, channels });

    put(s, &(struct op){
               .kind = OP_SPREAD_MOMENTS, .in = { op.in[0], op.in[4] }, .out = { all }, .norm = op.norm });
    put_sum(s, all);
    put(s, &(struct op){ .kind = OP_MERGE_MOMENTS, .in = { all }, .out = { moments }, .norm = op.norm });
    op.in[4] = moments;
    put(s, &op);
}

static void split_gradient(struct sequence *s, struct op op)
{
    const value x = op.in[0], dy = op.in[1], gamma = op.in[2], saved = op.in[3];
    value sums = plan_scratch(s->b, "sums", 2, (const int[]){ 2, op.norm.channels });

    put(s, &(struct op){ .kind = OP_BATCH_NORM_SUMS,
                         .in = { x, dy, saved },
                         .out = { sums, op.out[1], op.out[2] },
                         .norm = op.norm });
    put_sum(s, sums);
    put(s, &(struct op){ .kind = OP_BATCH_NORM_INPUT_GRADIENT,
                         .in = { x, dy, gamma, saved, sums },
                         .out = { op.out[0] },
                         .norm = op.norm });
}

static void (*splitter_of(enum op_kind kind))(struct sequence *s, struct op op)
{
    switch (kind) {
    case OP_BATCH_NORM: return split_forward;
    case OP_BATCH_NORM_GRADIENT: return split_gradient;
    default: return NULL;
    }
}

void plan_synchronise(struct plan_builder *b, int rank, int ranks)
{
    for (int i = 0; i < b->plan->n_ops && !b->failed; i++) {
        struct sequence s = { .b = b, .at = i };
        struct op op = b->plan->ops[i];

        if (!splitter_of(op.kind))
            continue;
        if (plan_parts(b->plan) > 1) {
            b->failed = true;
            error_set(&b->error, ERROR_INPUT,
                      "batch norm over the whole batch (training.batch_norm = all) needs a step in one part: set "
                      "accumulate = 1, or batch_norm = device");
            return;
        }
        if (ranks == 1)
            continue;
        b->layer = op.layer;
        op.norm.rank = rank;
        op.norm.ranks = ranks;
        splitter_of(op.kind)(&s, op);
        i += s.count - 1;
    }
    b->layer = -1;
}
