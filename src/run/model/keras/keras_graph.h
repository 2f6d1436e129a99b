/* A model as Keras describes it in JSON, Sequential or Functional: its layers, and which takes whose output. */
#ifndef RUN_KERAS_GRAPH_H
#define RUN_KERAS_GRAPH_H

#include "run/model/keras/keras_node.h"

struct keras_graph {
    struct json_t *whole; /* which the nodes point into */
    const char *name;     /* the model's */
    int n;
    struct keras_node *nodes; /* in the order of the description, without input layers */
    struct keras_node input;  /* the images: only its users count */
    int output;               /* the node that gives the answer */
    int n_sides;              /* how many sizes an image has, 0: the description does not say it */
    int sides[4];             /* height, width, channels; 0: any */
};

/* False with an error, which names the layer that is at fault; keras_graph_free() it in either case. */
bool keras_graph_parse(const char *text, struct keras_graph *out, struct error *e);
void keras_graph_free(struct keras_graph *g); /* harmless on a zeroed one */

/* The node of this position, or that of the images. */
const struct keras_node *keras_graph_node(const struct keras_graph *g, int position);

#endif
