#include "nn/plan/ops.h"

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

struct op_window op_pool_window(const struct op_window *convolution)
{
    enum { SIDE = 2 };

    return (struct op_window){ .height = convolution->out_height,
                               .width = convolution->out_width,
                               .channels = convolution->out_channels,
                               .out_height = convolution->out_height / SIDE,
                               .out_width = convolution->out_width / SIDE,
                               .out_channels = convolution->out_channels,
                               .kernel_height = SIDE,
                               .kernel_width = SIDE,
                               .stride = SIDE };
}
