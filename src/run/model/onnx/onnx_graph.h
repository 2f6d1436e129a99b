/* An ONNX graph while it is made, by the messages that protobuf-c makes of ONNX's schema. Without memory it has failed,
 * and what is added then is left out: only the end needs to be checked. Texts and numbers are copied. */
#ifndef RUN_ONNX_GRAPH_H
#define RUN_ONNX_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "run/model/onnx/onnx.pb-c.h"

struct onnx_graph {
    Onnx__GraphProto *proto;
    bool failed;
};

void onnx_graph_begin(struct onnx_graph *g, const char *name);

/* What the graph takes or gives: floats of these dimensions, of which 0 stands for any number of images. */
void onnx_graph_input(struct onnx_graph *g, const char *name, const char *help, int rank, const int *dims);
void onnx_graph_output(struct onnx_graph *g, const char *name, const char *help, int rank, const int *dims);

/* A constant, which nodes take by its name. `rank` 0: one number. The numbers are given later where `values` is NULL:
 * the place of them is returned, NULL without memory. */
float *onnx_graph_floats(struct onnx_graph *g, const char *name, int rank, const int *dims, const float *values);

/* A node, which gives one output. An empty name among the inputs is one that is not given. */
enum { ONNX_INPUTS = 5 };
Onnx__NodeProto *onnx_graph_node(struct onnx_graph *g, const char *type, const char *name,
                                 const char *const inputs[ONNX_INPUTS], const char *output);

/* Settings of a node; nothing where that is NULL. */
void onnx_graph_set_int(struct onnx_graph *g, Onnx__NodeProto *n, const char *name, int64_t value);
void onnx_graph_set_ints(struct onnx_graph *g, Onnx__NodeProto *n, const char *name, int count, const int64_t *values);
void onnx_graph_set_float(struct onnx_graph *g, Onnx__NodeProto *n, const char *name, float value);
void onnx_graph_set_text(struct onnx_graph *g, Onnx__NodeProto *n, const char *name, const char *text);

/* The graph as a model, which takes it over; NULL without memory. onnx__model_proto__free_unpacked() it, also where the
 * graph has failed meanwhile. */
Onnx__ModelProto *onnx_graph_end(struct onnx_graph *g);

/* A text beside the graph, in metadata_props. */
void onnx_graph_note(struct onnx_graph *g, Onnx__ModelProto *m, const char *key, const char *text);

void onnx_graph_free(struct onnx_graph *g); /* harmless after its end */

#endif
