/* A plan while it becomes an ONNX graph: which tensor each of its values is, and what its weights are called. */
#ifndef RUN_ONNX_WRITING_H
#define RUN_ONNX_WRITING_H

#include "nn/recipe/recipe.h"
#include "nn/train/trainer_status.h"
#include "run/model/onnx/onnx_graph.h"
#include "run/model/torch/state_dict.h"

/* What a tensor is called. */
enum { ONNX_NAME_SIZE = 96 };
typedef char onnx_name[ONNX_NAME_SIZE];

struct onnx_writing {
    const struct recipe *recipe;
    const struct trainer_weights *weights;
    struct state_dict state;
    struct onnx_graph *graph;
    onnx_name *names;    /* [n_values] of the plan; "": not known yet */
    const struct op *op; /* whose nodes are made */
    int nodes;
};

/* A name that no other has: "layer1_conv2d/Conv_2" in the first layer, "Mul_0" before it. */
void onnx_writing_name(struct onnx_writing *w, const char *type, onnx_name out);

/* A node whose first input is `tensor`; its output then is in the place of that. NULL without memory. */
Onnx__NodeProto *onnx_writing_follow(struct onnx_writing *w, const char *type, onnx_name tensor, const char *second,
                                     const char *third);

/* One number that nodes take. */
void onnx_writing_constant(struct onnx_writing *w, float number, onnx_name out);

/* The tensor of a value, "" where none has been made. A value that is another one seen as a row is that flattened. */
void onnx_writing_find(struct onnx_writing *w, value v, onnx_name out);

/* The weight that is a whole parameter, or a row of a statistic. */
const char *onnx_writing_weight(const struct onnx_writing *w, value v, int row);

#endif
