/* A plan as a Keras model: named layers, each with its inputs and its weights, made from the plan's operations by the
 * rules of keras_layers.h.
 *
 * The first layer scales bytes to normalised floats: the model takes images as they are, 0 to 255. */
#ifndef RUN_KERAS_MODEL_H
#define RUN_KERAS_MODEL_H

#include "nn/plan/plan.h"
#include "nn/recipe/recipe.h"
#include "run/model/keras/keras_layers.h"

enum { KERAS_NAME_SIZE = 48, KERAS_INPUTS = 2 };

struct keras_weight {
    const char *name;    /* "kernel", "moving_mean" */
    int rank, dims[4];
    enum arena arena;    /* PARAMETERS or STATISTICS */
    size_t first, count; /* floats, from the arena's start */
};

struct keras_layer {
    enum keras_kind kind;
    char name[KERAS_NAME_SIZE];    /* "conv2d", "conv2d_1" …: unique in the model */
    const struct op *op;           /* the operation that it is made from, alone or with others; NULL for Flatten */
    const struct op *joined;       /* that ends it: SeparableConv2D */
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

/* Makes the model of a recipe's plan, which must outlive it. NULL with an error, which names a layer that Keras has
 * nothing for; keras_model_free() it. */
struct keras_model *keras_model_new(const struct recipe *recipe, const struct plan *plan, struct error *e);
void keras_model_free(struct keras_model *m); /* takes NULL */

#endif
