#include "nn/plan/plan_check.h"

static const char *const element_names[] = { [ELEMENT_F32] = "f32", [ELEMENT_U8] = "u8", [ELEMENT_I32] = "i32" };

static bool check_value(const struct plan *plan, const struct op *op, const struct op_operand *row, value v,
                        struct error *e)
{
    const struct plan_value *p = &plan->values[v];
    double count = op_count(op, row->dimensions, plan->batch);

    if (p->element != row->element)
        return error_set(e, ERROR_RUN, "%s is %s, not %s", row->name, element_names[p->element],
                         element_names[row->element]);
    if (p->per_image != op_per_image(row))
        return error_set(e, ERROR_RUN, "%s is %s", row->name,
                         p->per_image ? "one for each image" : "one for all images");
    if ((double)plan_value_count(p) != count)
        return error_set(e, ERROR_RUN, "%s has %zu values, not %.0f", row->name, plan_value_count(p), count);
    return true;
}

static bool check_operands(const struct plan *plan, const struct op *op, const struct op_operand *rows,
                           const value *values, int count, struct error *e)
{
    for (int i = 0; i < count; i++) {
        if (values[i] == VALUE_NONE && rows[i].name && !rows[i].optional)
            return error_set(e, ERROR_RUN, "%s is missing", rows[i].name);
        if (values[i] != VALUE_NONE && !rows[i].name)
            return error_set(e, ERROR_RUN, "operand %d is one too many", i + 1);
        if (values[i] != VALUE_NONE && !check_value(plan, op, &rows[i], values[i], e))
            return false;
    }
    return true;
}

bool plan_check(const struct plan *plan, struct error *e)
{
    for (int i = 0; i < plan->n_ops; i++) {
        const struct op *op = &plan->ops[i];
        const struct op_class *class = &op_classes[op->kind];

        if (!check_operands(plan, op, class->in, op->in, OP_INPUTS, e) ||
            !check_operands(plan, op, class->out, op->out, OP_OUTPUTS, e))
            return error_context(e, "operation %d (%s) is not as its row in ops.h says", i, class->name);
    }
    return true;
}
