#include "run/model/keras/keras_layers.h"

const struct keras_class keras_classes[KERAS_KIND_COUNT] = {
#define KERAS_KIND(kind, class, begin, config) [KERAS_##kind] = { class, begin },
    KERAS_KINDS(KERAS_KIND)
#undef KERAS_KIND
};

static const struct keras_rule convolution = {
    .op = OP_CONV2D,
    .kind = KERAS_CONV2D,
    .images = 1,
    .weights = { { "kernel", 1 }, { "bias", 2 } },
};
static const struct keras_rule depthwise = {
    .op = OP_DEPTHWISE_CONV2D,
    .kind = KERAS_DEPTHWISE_CONV2D,
    .images = 1,
    .weights = { { "depthwise_kernel", 1 }, { "bias", 2 } },
};
static const struct keras_rule separable = {
    .op = OP_DEPTHWISE_CONV2D,
    .kind = KERAS_SEPARABLE_CONV2D,
    .images = 1,
    .weights = { { "depthwise_kernel", 1 } },
};
static const struct keras_rule pointwise = {
    .op = OP_CONV2D,
    .kind = KERAS_SEPARABLE_CONV2D,
    .joins = true,
    .images = 1,
    .weights = { { "pointwise_kernel", 1 }, { "bias", 2 } },
};
static const struct keras_rule zeros = { .op = OP_AVERAGE_POOL, .kind = KERAS_ZERO_PADDING, .images = 1 };
static const struct keras_rule product = {
    .op = OP_DENSE,
    .kind = KERAS_DENSE,
    .images = 1,
    .weights = { { "kernel", 1 }, { "bias", 2 } },
};
static const struct keras_rule normalisation = {
    .op = OP_BATCH_NORM,
    .evaluated = OP_BATCH_NORM_INFERENCE,
    .kind = KERAS_BATCH_NORMALIZATION,
    .images = 1,
    .weights = { { "gamma", 1 }, { "beta", 2 }, { "moving_mean", 3, 0 }, { "moving_variance", 3, 1 } },
};
static const struct keras_rule max_pool = { .op = OP_MAX_POOL, .kind = KERAS_MAX_POOLING, .images = 1 };
static const struct keras_rule average_pool = { .op = OP_AVERAGE_POOL, .kind = KERAS_AVERAGE_POOLING, .images = 1 };
static const struct keras_rule global_average_pool = { .op = OP_GLOBAL_AVERAGE_POOL,
                                                       .kind = KERAS_GLOBAL_AVERAGE_POOLING,
                                                       .images = 1 };
static const struct keras_rule global_max_pool = { .op = OP_GLOBAL_MAX_POOL,
                                                   .kind = KERAS_GLOBAL_MAX_POOLING,
                                                   .images = 1 };
static const struct keras_rule upsample = { .op = OP_UPSAMPLE, .kind = KERAS_UP_SAMPLING, .images = 1 };
static const struct keras_rule activation = { .op = OP_ACTIVATION, .kind = KERAS_ACTIVATION, .images = 1 };
static const struct keras_rule dropout = { .op = OP_DROPOUT, .kind = KERAS_DROPOUT, .images = 1 };
static const struct keras_rule sum = { .op = OP_ADD, .kind = KERAS_ADD, .images = 2 };
static const struct keras_rule gate = { .op = OP_GATE, .kind = KERAS_MULTIPLY, .images = 2 };

const struct keras_row keras_conv2d = { { &convolution, &activation } };
const struct keras_row keras_depthwise_conv2d = { { &depthwise, &activation } };
const struct keras_row keras_separable_conv2d = { { &separable, &pointwise, &activation } };
const struct keras_row keras_zero_padding2d = { { &zeros } };
const struct keras_row keras_residual = { { &convolution, &normalisation, &activation, &sum } };
const struct keras_row keras_bottleneck = { { &convolution, &normalisation, &activation, &sum } };
const struct keras_row keras_inverted_residual = {
    { &convolution, &depthwise, &normalisation, &activation, &global_average_pool, &gate, &sum }
};
const struct keras_row keras_squeeze_excite = { { &global_average_pool, &convolution, &activation, &gate } };
const struct keras_row keras_maxpool2d = { { &max_pool } };
const struct keras_row keras_avgpool2d = { { &average_pool } };
const struct keras_row keras_global_maxpool = { { &global_max_pool } };
const struct keras_row keras_global_avgpool = { { &global_average_pool } };
const struct keras_row keras_upsample2d = { { &upsample } };
const struct keras_row keras_batch_norm = { { &normalisation } };
const struct keras_row keras_layer_scale = { { &depthwise } };
const struct keras_row keras_activation = { { &activation } };
const struct keras_row keras_dropout = { { &dropout } };
const struct keras_row keras_flatten = { { NULL } }; /* no operation: the change of shape says it */
const struct keras_row keras_dense = { { &product, &activation } };

static const struct {
    const struct layer_class *class;
    const struct keras_row *row;
} rows[] = {
#define KERAS_ROW(name) { &layer_##name, &keras_##name },
    LAYERS(KERAS_ROW)
#undef KERAS_ROW
};

static const struct keras_rule *find_rule(const struct keras_row *row, enum op_kind op)
{
    for (int i = 0; row->rules[i]; i++)
        if (row->rules[i]->op == op || (row->rules[i]->evaluated && row->rules[i]->evaluated == op))
            return row->rules[i];
    return NULL;
}

const struct keras_rule *keras_layers_find(const struct layer_class *class, enum op_kind op)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].class == class)
            return find_rule(rows[i].row, op);
    return NULL;
}
