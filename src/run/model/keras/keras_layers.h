/* The Keras layers that each of our layers becomes. Every row of LAYERS (nn/layers/layer.h) has a keras_NAME in
 * keras_layers.c; without it the program does not link, so that every layer's weights can be saved. */
#ifndef RUN_KERAS_LAYERS_H
#define RUN_KERAS_LAYERS_H

#include "nn/layers/layer.h"
#include "nn/plan/ops.h"

/* The Keras layers in use: kind, Keras's class, the beginning of the layers' names, and the function of keras_config.c
 * that describes the settings. */
#define KERAS_KINDS(X) \
    X(RESCALING, "Rescaling", "rescaling", rescaling) \
    X(CONV2D, "Conv2D", "conv2d", conv2d) \
    X(DEPTHWISE_CONV2D, "DepthwiseConv2D", "depthwise_conv2d", depthwise_conv2d) \
    X(SEPARABLE_CONV2D, "SeparableConv2D", "separable_conv2d", separable_conv2d) \
    X(DENSE, "Dense", "dense", dense) \
    X(ZERO_PADDING, "ZeroPadding2D", "zero_padding2d", zero_padding) \
    X(MAX_POOLING, "MaxPooling2D", "max_pooling2d", pooling) \
    X(AVERAGE_POOLING, "AveragePooling2D", "average_pooling2d", pooling) \
    X(GLOBAL_AVERAGE_POOLING, "GlobalAveragePooling2D", "global_average_pooling2d", global_pooling) \
    X(GLOBAL_MAX_POOLING, "GlobalMaxPooling2D", "global_max_pooling2d", global_pooling) \
    X(UP_SAMPLING, "UpSampling2D", "up_sampling2d", up_sampling) \
    X(BATCH_NORMALIZATION, "BatchNormalization", "batch_normalization", batch_normalization) \
    X(ACTIVATION, "Activation", "activation", activation) \
    X(RELU, "ReLU", "re_lu", relu) \
    X(LEAKY_RELU, "LeakyReLU", "leaky_re_lu", leaky_relu) \
    X(DROPOUT, "Dropout", "dropout", dropout) \
    X(FLATTEN, "Flatten", "flatten", format_alone) \
    X(ADD, "Add", "add", nothing) \
    X(MULTIPLY, "Multiply", "multiply", nothing)

enum keras_kind {
#define KERAS_KIND(kind, ...) KERAS_##kind,
    KERAS_KINDS(KERAS_KIND)
#undef KERAS_KIND
    KERAS_KIND_COUNT
};

extern const struct keras_class {
    const char *name;  /* "Conv2D" */
    const char *begin; /* of its layers' names: "conv2d" */
} keras_classes[KERAS_KIND_COUNT];

enum { KERAS_WEIGHTS = 4, KERAS_RULES_MAX = 7 };

/* The Keras layer for one operation. */
struct keras_rule {
    enum op_kind op, evaluated; /* in a plan to train with; in one to evaluate with, where it differs */
    enum keras_kind kind;
    bool joins; /* no layer of its own: part of the one that gives its input, whose weights it adds to */
    int images; /* how many operands, from the first on, are outputs of other layers */
    struct {
        const char *name; /* "kernel"; NULL ends the list */
        int operand;      /* position in op.in[]; where that is VALUE_NONE there is no such weight */
        int row;          /* of a statistic, each of whose rows is a weight */
    } weights[KERAS_WEIGHTS]; /* in Keras's order */
};

/* The rules for all operations that a layer emits. */
struct keras_row {
    const struct keras_rule *rules[KERAS_RULES_MAX + 1]; /* ends with NULL */
};

#define KERAS_ROW(name) extern const struct keras_row keras_##name;
LAYERS(KERAS_ROW)
#undef KERAS_ROW

/* The rule for an operation of a layer of this class; NULL when the class, or its row, has none. */
const struct keras_rule *keras_layers_find(const struct layer_class *class, enum op_kind op);

#endif
