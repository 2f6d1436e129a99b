#include "nn/plan/plan_memory.h"

#include <stdlib.h>
#include <string.h>

struct life {
    value v;
    int first, last; /* operations; first > last: never used */
    size_t bytes;    /* aligned */
};

static void touch(const struct plan *plan, struct life *lives, value v, int op)
{
    if (v == VALUE_NONE)
        return;

    struct life *l = &lives[plan_root(plan, v)];

    if (op < l->first)
        l->first = op;
    if (op > l->last)
        l->last = op;
}

/* All values of an operation, which runs when operation `when` does. */
static void touch_all(const struct plan *plan, struct life *lives, int op, int when)
{
    for (int k = 0; k < OP_INPUTS; k++)
        touch(plan, lives, plan->ops[op].in[k], when);
    for (int k = 0; k < OP_OUTPUTS; k++)
        touch(plan, lives, plan->ops[op].out[k], when);
}

static void measure_lives(const struct plan *plan, struct life *lives)
{
    for (value v = 0; v < plan->n_values; v++)
        lives[v] = (struct life){ .v = v, .first = plan->n_ops, .last = -1,
                                  .bytes = plan_aligned(plan->values[v].bytes) };
    for (int i = 0; i < plan->n_ops; i++) {
        touch_all(plan, lives, i, plan_behind(plan, i));
        if (plan->ops[i].beside_next) {
            touch_all(plan, lives, i, i + 1);
            touch_all(plan, lives, i + 1, i);
        }
    }
}

/* The operand whose memory the output may reuse, as its row in ops.h allows; VALUE_NONE when there is none. */
static value in_place_operand(const struct op *op, const struct plan *plan, const struct life *lives, int position)
{
    for (int k = 0; k < OP_INPUTS; k++) {
        if (op_classes[op->kind].in[k].use != OP_REPLACE)
            continue;

        value root = plan_root(plan, op->in[k]);

        if (plan->values[root].arena == ARENA_ACTIVATIONS && lives[root].last == position &&
            plan->values[root].bytes == plan->values[op->out[0]].bytes)
            return root;
    }
    return VALUE_NONE;
}

static void work_in_place(struct plan *plan, struct life *lives)
{
    for (int i = 0; i < plan->n_ops; i++) {
        struct op *op = &plan->ops[i];
        value root = in_place_operand(op, plan, lives, i);

        if (root == VALUE_NONE || plan_root(plan, op->out[0]) != op->out[0])
            continue;
        plan->values[op->out[0]].alias = root;
        lives[root].last = lives[op->out[0]].last;
        lives[op->out[0]].last = -1;
    }
}

static int larger_first(const void *a, const void *b)
{
    const struct life *x = a, *y = b;

    if (x->bytes != y->bytes)
        return x->bytes < y->bytes ? 1 : -1;
    return x->v - y->v; /* the same plan every time */
}

static bool overlap(const struct life *a, const struct life *b)
{
    return a->first <= b->last && b->first <= a->last;
}

/* The lowest offset where `l` overlaps none of the `placed` values that live at the same time; these are in order of
 * offset. */
static size_t lowest_gap(const struct plan *plan, const struct life *l, const struct life *const *placed, int n_placed)
{
    size_t offset = 0;

    for (int i = 0; i < n_placed; i++) {
        size_t start = plan->values[placed[i]->v].offset, end = start + placed[i]->bytes;

        if (!overlap(l, placed[i]) || end <= offset)
            continue;
        if (offset + l->bytes <= start)
            break;
        offset = end;
    }
    return offset;
}

static void insert_by_offset(const struct plan *plan, const struct life *l, const struct life **placed, int n_placed)
{
    int at = n_placed;

    while (at > 0 && plan->values[placed[at - 1]->v].offset > plan->values[l->v].offset) {
        placed[at] = placed[at - 1];
        at--;
    }
    placed[at] = l;
}

static void place_all(struct plan *plan, struct life *lives, const struct life **placed)
{
    int n_placed = 0;

    qsort(lives, (size_t)plan->n_values, sizeof *lives, larger_first);
    plan->arena_bytes[ARENA_ACTIVATIONS] = 0;
    for (int i = 0; i < plan->n_values; i++) {
        struct plan_value *v = &plan->values[lives[i].v];

        if (v->arena != ARENA_ACTIVATIONS || v->alias != VALUE_NONE || lives[i].last < 0)
            continue;
        v->offset = lowest_gap(plan, &lives[i], placed, n_placed);
        insert_by_offset(plan, &lives[i], placed, n_placed++);
        if (v->offset + lives[i].bytes > plan->arena_bytes[ARENA_ACTIVATIONS])
            plan->arena_bytes[ARENA_ACTIVATIONS] = v->offset + lives[i].bytes;
    }
}

bool plan_memory(struct plan *plan, struct error *e)
{
    size_t n = (size_t)plan->n_values;
    struct life *lives = malloc(n * sizeof *lives);
    const struct life **placed = malloc(n * sizeof *placed);
    bool room = lives && placed;

    if (room) {
        measure_lives(plan, lives);
        work_in_place(plan, lives);
        place_all(plan, lives, placed);
        for (value v = 0; v < plan->n_values; v++)
            if (plan->values[v].alias != VALUE_NONE)
                plan->values[v].offset = plan->values[plan_root(plan, v)].offset;
    } else
        error_set(e, ERROR_MEMORY, "no memory to place %zu values", n);
    free(lives);
    free(placed);
    return room;
}
