#include "nn/ops.h"

static const struct {
    const char *name, *operands;
} rows[] = {
#define OPERATION(kind, text) [OP_##kind] = { .name = #kind, .operands = text },
    OPERATIONS(OPERATION)
#undef OPERATION
};

const char *op_name(enum op_kind kind)
{
    return rows[kind].name;
}

const char *op_operands(enum op_kind kind)
{
    return rows[kind].operands;
}
