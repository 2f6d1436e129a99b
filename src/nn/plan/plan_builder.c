#include "nn/plan/plan_builder.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static size_t element_bytes(enum element element)
{
    static const size_t bytes[] = { [ELEMENT_F32] = 4, [ELEMENT_U8] = 1, [ELEMENT_I32] = 4 };

    return bytes[element];
}

/* Makes room for one more; false (and failed) without memory. */
static bool grow(struct plan_builder *b, void **array, int count, int *room, size_t size)
{
    if (b->failed)
        return false;
    if (count < *room)
        return true;

    int wanted = *room ? 2 * *room : 64;
    void *grown = realloc(*array, (size_t)wanted * size);

    if (!grown) {
        b->failed = true;
        error_set(&b->error, ERROR_MEMORY, "no memory for a plan of %d entries", wanted);
        return false;
    }
    *array = grown;
    *room = wanted;
    return true;
}

value plan_add_value(struct plan_builder *b, const struct plan_value *v)
{
    struct plan *plan = b->plan;
    void *values = plan->values;

    if (!grow(b, &values, plan->n_values, &b->room_values, sizeof *plan->values))
        return 0; /* any valid position: nothing is read from a failed plan */
    plan->values = values;

    struct plan_value *added = &plan->values[plan->n_values];

    *added = *v;
    added->layer = b->layer;
    added->gradient = VALUE_NONE;
    added->bytes = plan_value_count(added) * element_bytes(added->element);
    if (!added->whole && added->alias == VALUE_NONE && added->arena != ARENA_ACTIVATIONS) {
        added->offset = plan->arena_bytes[added->arena];
        plan->arena_bytes[added->arena] += plan_aligned(added->bytes);
    }
    return plan->n_values++;
}

static struct plan_value per_image(const struct plan_builder *b, const char *name, struct shape s, enum element element)
{
    struct plan_value v = { .arena = ARENA_ACTIVATIONS, .element = element, .per_image = true, .alias = VALUE_NONE };

    text_copy(v.name, sizeof v.name, name);
    v.dims[0] = b->plan->batch;
    if (s.rank == 1) {
        v.rank = 2;
        v.dims[1] = s.channels;
    } else {
        v.rank = 4;
        v.dims[1] = s.height;
        v.dims[2] = s.width;
        v.dims[3] = s.channels;
    }
    return v;
}

value plan_activation(struct plan_builder *b, const char *name, struct shape s)
{
    struct plan_value v = per_image(b, name, s, ELEMENT_F32);

    return plan_add_value(b, &v);
}

value plan_activation_bytes(struct plan_builder *b, const char *name, struct shape s)
{
    struct plan_value v = per_image(b, name, s, ELEMENT_U8);

    return plan_add_value(b, &v);
}

value plan_activation_integers(struct plan_builder *b, const char *name, struct shape s)
{
    struct plan_value v = per_image(b, name, s, ELEMENT_I32);

    return plan_add_value(b, &v);
}

static struct plan_value fixed(const char *name, enum arena arena, int rank, const int *dims)
{
    struct plan_value v = { .arena = arena, .element = ELEMENT_F32, .rank = rank, .alias = VALUE_NONE };

    text_copy(v.name, sizeof v.name, name);
    memcpy(v.dims, dims, (size_t)rank * sizeof *dims);
    return v;
}

value plan_scratch(struct plan_builder *b, const char *name, int rank, const int *dims)
{
    struct plan_value v = fixed(name, ARENA_ACTIVATIONS, rank, dims);

    return plan_add_value(b, &v);
}

value plan_whole(struct plan_builder *b, const char *name, enum arena arena)
{
    int count = (int)(b->plan->arena_bytes[arena] / element_bytes(ELEMENT_F32));
    struct plan_value v = fixed(name, arena, 1, &count);

    v.whole = true;
    return plan_add_value(b, &v);
}

value plan_part(struct plan_builder *b, const char *name, enum arena arena, value first, value end)
{
    const struct plan *plan = b->plan;

    if (b->failed)
        return 0;

    size_t from = plan->values[first].offset, to = plan->arena_bytes[arena];

    if (from == 0 && end == VALUE_NONE)
        return plan_whole(b, name, arena);
    if (end != VALUE_NONE)
        to = plan->values[end].offset;

    int count = (int)((to - from) / element_bytes(ELEMENT_F32));
    struct plan_value v = fixed(name, arena, 1, &count);

    v.whole = true;
    v.alias = first;
    return plan_add_value(b, &v);
}

value plan_rows(struct plan_builder *b, value v)
{
    if (b->failed)
        return 0;

    struct plan_value rows = b->plan->values[v];

    if (rows.dims[0] == b->plan->batch)
        return v;
    rows.dims[0] = b->plan->batch;
    rows.alias = v;
    return plan_add_value(b, &rows);
}

value plan_reshape(struct plan_builder *b, value in, struct shape s)
{
    struct plan_value v = per_image(b, "reshape", s, ELEMENT_F32);

    v.alias = in;
    return plan_add_value(b, &v);
}

/* The layer's kept value number next_parameter, when an earlier emission declared it. */
static value find_kept(const struct plan_builder *b)
{
    int seen = 0;

    for (value v = 0; v < b->plan->n_values; v++) {
        const struct plan_value *candidate = &b->plan->values[v];
        bool kept = candidate->arena == ARENA_PARAMETERS || candidate->arena == ARENA_STATISTICS;

        if (kept && candidate->layer == b->layer && seen++ == b->next_parameter)
            return v;
    }
    return VALUE_NONE;
}

value plan_parameter(struct plan_builder *b, const char *name, int rank, const int *dims, enum initialiser i,
                     int fan_in, int fan_out)
{
    value found = find_kept(b);

    b->next_parameter++;
    if (found != VALUE_NONE)
        return found;

    struct plan_value v = fixed(name, ARENA_PARAMETERS, rank, dims);

    v.initialiser = i;
    v.fan_in = fan_in;
    v.fan_out = fan_out;

    value parameter = plan_add_value(b, &v);

    if (b->training && !b->failed) {
        v.arena = ARENA_GRADIENTS;

        value gradient = plan_add_value(b, &v);

        b->plan->values[parameter].gradient = gradient;
    }
    return parameter;
}

value plan_parameter_filled(struct plan_builder *b, const char *name, int rank, const int *dims, float fill)
{
    value parameter = plan_parameter(b, name, rank, dims, INITIALISE_FILL, 0, 0);

    if (!b->failed)
        b->plan->values[parameter].fill = fill;
    return parameter;
}

value plan_statistic(struct plan_builder *b, const char *name, int rank, const int *dims)
{
    value found = find_kept(b);

    b->next_parameter++;
    if (found != VALUE_NONE)
        return found;

    struct plan_value v = fixed(name, ARENA_STATISTICS, rank, dims);

    return plan_add_value(b, &v);
}

/* Past the last operand of its row, so that an unset rest of {0} reads as none. */
static void end_operands(const struct op_operand *row, value *operands, int count)
{
    for (int i = 0; i < count; i++)
        if (!row[i].name)
            operands[i] = VALUE_NONE;
}

void plan_append(struct plan_builder *b, const struct op *op)
{
    struct plan *plan = b->plan;
    void *ops = plan->ops;

    if (!grow(b, &ops, plan->n_ops, &b->room_ops, sizeof *plan->ops))
        return;
    plan->ops = ops;

    struct op *added = &plan->ops[plan->n_ops++];

    *added = *op;
    added->layer = b->layer;
    added->precision = b->precision;
    end_operands(op_classes[op->kind].in, added->in, OP_INPUTS);
    end_operands(op_classes[op->kind].out, added->out, OP_OUTPUTS);
}

void plan_insert(struct plan_builder *b, int position, const struct op *op)
{
    struct plan *plan = b->plan;

    plan_append(b, op);
    if (b->failed)
        return;

    struct op inserted = plan->ops[plan->n_ops - 1];

    memmove(&plan->ops[position + 1], &plan->ops[position],
            (size_t)(plan->n_ops - 1 - position) * sizeof *plan->ops);
    plan->ops[position] = inserted;
    for (int s = 0; s < SPAN_COUNT; s++) {
        plan->spans[s].first += plan->spans[s].first >= position;
        plan->spans[s].end += plan->spans[s].end >= position;
    }
}

struct shape plan_shape(const struct plan_builder *b, value v)
{
    if (b->failed)
        return shape_flat(1);

    const struct plan_value *p = &b->plan->values[v];

    return p->rank == 2 ? shape_flat(p->dims[1]) : shape_image(p->dims[1], p->dims[2], p->dims[3]);
}
