/* A plan seen as Keras sees a model: named layers, each with its inputs and its weights. Made from the plan's list of
 * operations, so that a new layer class made of known operations needs nothing here.
 *
 * The first layer scales bytes to normalised floats: the model takes images as they are, 0 to 255. */
#ifndef RUN_KERAS_MODEL_H
#define RUN_KERAS_MODEL_H

#include "nn/plan/plan.h"

/* kind, Keras's class, the beginning of names */
#define KERAS_KINDS(X) \
    X(RESCALING, "Rescaling", "rescaling") \
    X(CONV2D, "Conv2D", "conv2d") \
    X(DENSE, "Dense", "dense") \
    X(MAX_POOLING, "MaxPooling2D", "max_pooling2d") \
    X(AVERAGE_POOLING, "AveragePooling2D", "average_pooling2d") \
    X(GLOBAL_AVERAGE_POOLING, "GlobalAveragePooling2D", "global_average_pooling2d") \
    X(BATCH_NORMALIZATION, "BatchNormalization", "batch_normalization") \
    X(ACTIVATION, "Activation", "activation") \
    X(LEAKY_RELU, "LeakyReLU", "leaky_re_lu") \
    X(DROPOUT, "Dropout", "dropout") \
    X(FLATTEN, "Flatten", "flatten") \
    X(ADD, "Add", "add")

enum keras_kind {
#define KERAS_KIND(kind, class_name, name) KERAS_##kind,
    KERAS_KINDS(KERAS_KIND)
#undef KERAS_KIND
    KERAS_KIND_COUNT
};

enum { KERAS_NAME_SIZE = 48, KERAS_INPUTS = 2, KERAS_WEIGHTS = 4 };

struct keras_weight {
    const char *name;    /* "kernel", "moving_mean" */
    int rank, dims[4];
    enum arena arena;    /* PARAMETERS or STATISTICS */
    size_t first, count; /* floats, from the arena's start */
};

struct keras_layer {
    enum keras_kind kind;
    char name[KERAS_NAME_SIZE];    /* "conv2d", "conv2d_1" …: unique in the model */
    const struct op *op;           /* what it was made from, its own or what took it in; NULL for Flatten */
    const char *activation;        /* Keras's word: Conv2D, Dense, Activation */
    float slope;                   /* LeakyReLU */
    int n_inputs;                  /* 0: the model's input */
    int inputs[KERAS_INPUTS];      /* positions of layers before this one */
    int n_weights;
    struct keras_weight weights[KERAS_WEIGHTS]; /* in Keras's order */
};

struct keras_model {
    const struct plan *plan;
    bool plain;   /* every layer has one input, the one before it: Keras's Sequential */
    int n_layers;
    struct keras_layer *layers; /* in the order of the plan; the last gives the probabilities */
    int *saved;   /* [n_layers] positions in the order in which Keras saves and loads weights */
};

const char *keras_class_name(enum keras_kind kind);

/* The plan must outlive the model. NULL with an error; keras_model_free() it. */
struct keras_model *keras_model_new(const struct plan *plan, struct error *e);
void keras_model_free(struct keras_model *m); /* takes NULL */

#endif
