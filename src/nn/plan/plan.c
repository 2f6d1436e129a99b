#include "nn/plan/plan.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    free(plan->values);
    free(plan->ops);
    free(plan);
}

size_t plan_value_count(const struct plan_value *v)
{
    size_t count = 1;

    for (int i = 0; i < v->rank; i++)
        count *= (size_t)v->dims[i];
    return count;
}

static size_t numbers_in(const struct plan *plan, enum arena arena)
{
    size_t count = 0;

    for (value v = 0; v < plan->n_values; v++)
        if (plan->values[v].arena == arena && !plan->values[v].whole)
            count += plan_value_count(&plan->values[v]);
    return count;
}

size_t plan_parameters(const struct plan *plan)
{
    return numbers_in(plan, ARENA_PARAMETERS);
}

size_t plan_trained(const struct plan *plan)
{
    return numbers_in(plan, ARENA_GRADIENTS);
}

size_t plan_bytes(const struct plan *plan)
{
    size_t bytes = 0;

    for (int a = 0; a < ARENA_COUNT; a++)
        bytes += plan->arena_bytes[a];
    return bytes;
}

/* The three leading bits are kept: ..., 64, 80, 96, 112, 128, 160, ... */
static int rounded_down(uint64_t batch)
{
    uint64_t unit = 1;

    if (batch > INT_MAX)
        batch = INT_MAX;
    while (batch / unit >= 8)
        unit *= 2;
    return (int)(batch / unit * unit);
}

int plan_parts(const struct plan *plan)
{
    return int_ceil_div(plan->step, plan->batch);
}

/* Rows that could go through at once where `more` bytes were needed beside what is now. */
static double fitting_rows(const struct plan *plan, uint64_t room, uint64_t more)
{
    uint64_t growing = plan->arena_bytes[ARENA_ACTIVATIONS] + plan->arena_bytes[ARENA_BATCH];
    uint64_t fixed = plan_bytes(plan) - growing + more, usable = room - room / 8;

    return usable > fixed ? (double)(usable - fixed) * plan->batch / (double)growing : 0;
}

int plan_fitting_batch(const struct plan *plan, uint64_t room)
{
    return rounded_down((uint64_t)(fitting_rows(plan, room, 0) * plan_parts(plan)));
}

int plan_fitting_parts(const struct plan *plan, uint64_t room)
{
    const uint64_t sums = plan_parts(plan) > 1 ? 0 : plan->arena_bytes[ARENA_GRADIENTS];
    const double rows = fmin(floor(fitting_rows(plan, room, sums)), plan->step);

    return rows >= 1 ? int_ceil_div(plan->step, (int)rows) : 0;
}

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

static int uses_by(const struct plan *plan, int position, value v)
{
    const struct op *op = &plan->ops[position];
    int count = 0;

    for (int k = 0; k < OP_INPUTS; k++)
        count += op->in[k] != VALUE_NONE && plan_root(plan, op->in[k]) == plan_root(plan, v);
    return count;
}

int plan_uses(const struct plan *plan, value v)
{
    int count = 0;

    for (int i = 0; i < plan->n_ops; i++)
        count += uses_by(plan, i, v);
    return count;
}

int plan_reader(const struct plan *plan, value v, int after)
{
    for (int i = after + 1; i < plan->n_ops; i++)
        if (uses_by(plan, i, v))
            return i;
    return PLAN_END;
}

int plan_behind(const struct plan *plan, int op)
{
    static const enum span behind[][2] = { { SPAN_HEALTH_FORWARD, SPAN_FORWARD },
                                           { SPAN_HEALTH_BACKWARD, SPAN_BACKWARD },
                                           { SPAN_HEALTH_UPDATE, SPAN_UPDATE } };

    for (size_t i = 0; i < sizeof behind / sizeof *behind; i++)
        if (op >= plan->spans[behind[i][0]].first && op < plan->spans[behind[i][0]].end)
            return plan->spans[behind[i][1]].end - 1;
    return op;
}

void plan_remove(struct plan *plan, int position)
{
    plan->n_ops--;
    memmove(&plan->ops[position], &plan->ops[position + 1], (size_t)(plan->n_ops - position) * sizeof *plan->ops);
    for (int s = 0; s < SPAN_COUNT; s++) {
        plan->spans[s].first -= plan->spans[s].first > position;
        plan->spans[s].end -= plan->spans[s].end > position;
    }
}

static double operand_bytes(const struct plan *plan, value v, int rows)
{
    if (v == VALUE_NONE)
        return 0;

    const struct plan_value *p = &plan->values[v];
    double bytes = (double)p->bytes;

    return p->per_image ? bytes * rows / p->dims[0] : bytes;
}

struct op_cost plan_cost(const struct plan *plan, const struct op *op, int rows)
{
    const struct op_class *class = &op_classes[op->kind];
    struct op_cost cost = { .flops = op_multiplies(op->kind) ? 2 * op_count(op, class->products, rows) : 0 };

    for (int k = 0; k < OP_INPUTS; k++)
        cost.bytes += operand_bytes(plan, op->in[k], rows) * (class->in[k].use == OP_UPDATE ? 2 : 1);
    for (int k = 0; k < OP_OUTPUTS; k++)
        cost.bytes += operand_bytes(plan, op->out[k], rows);
    return cost;
}
