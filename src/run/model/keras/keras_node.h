/* A layer as Keras's description of a model has it, and its settings. Whatever is wrong with it is told with its place:
 * "layer 7, conv2d_3 (SeparableConv2D): …". The description is foreign: of every setting the type is looked at. */
#ifndef RUN_KERAS_NODE_H
#define RUN_KERAS_NODE_H

#include "nn/plan/activation.h"
#include "run/model/keras/keras_layers.h"

struct json_t;

enum { NODE_INPUTS = 2, NODE_USERS = 2, NODE_OF_INPUT = -1, NO_NODE = -2 };

struct keras_node {
    int position; /* counted from 1, without input layers */
    int number;   /* how many of its class come before it, in the same model */
    int exit;     /* position in the graph of what gives its output: its own, or of a model in the model
                     that of its last layer */
    const struct keras_node *outer; /* the model in the model that it belongs to; NULL: the whole model */
    const char *class, *name;       /* the description's own */
    const struct json_t *config;    /* an object of settings */
    int n_inputs;                   /* as many as there are, of which those that fit are listed */
    int inputs[NODE_INPUTS];        /* positions in the graph; NODE_OF_INPUT: the model's images */
    int n_users;                    /* the same of the layers that take its output */
    int users[NODE_USERS];
};

/* Sets ERROR_INPUT with the place in front. Always false. */
bool keras_node_refuse(const struct keras_node *n, struct error *e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The place in front of an error that there is. Always false. */
bool keras_node_place(const struct keras_node *n, struct error *e);

bool keras_node_is(const struct keras_node *n, const char *class);

/* A whole number, or the same one for height and width; `preset` where there is none, or null. */
bool keras_node_square(const struct keras_node *n, const char *key, int preset, int *out, struct error *e);

bool keras_node_flag(const struct keras_node *n, const char *key, bool preset);
double keras_node_real(const struct keras_node *n, const char *key, double preset);
const char *keras_node_text(const struct keras_node *n, const char *key, const char *preset);
bool keras_node_has(const struct keras_node *n, const char *key); /* and it is not null */

/* All numbers below a setting, in their order, however they are nested: as many as there are, of which the first `size`
 * are stored. */
int keras_node_numbers(const struct keras_node *n, const char *key, int size, double *out);

/* The function in its setting "activation", or the one that a layer Activation, ReLU, LeakyReLU or Softmax is. */
struct keras_function {
    bool softmax;
    enum activation kind;
    double slope; /* of ACTIVATION_LEAKY_RELU */
};
bool keras_node_function(const struct keras_node *n, struct keras_function *out, struct error *e);

#endif
