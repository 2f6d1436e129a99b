/* A plan's operations of evaluation, each as nodes of an ONNX graph. Weights are called and lie as in a state dict of
 * PyTorch's (state_dict.h), which is as ONNX has them; images are (number, channel, row, column). */
#ifndef RUN_ONNX_OPERATIONS_H
#define RUN_ONNX_OPERATIONS_H

#include "nn/recipe/recipe.h"
#include "nn/train/trainer_status.h"
#include "run/model/onnx/onnx_graph.h"

/* Names of what the graph takes and gives. */
#define ONNX_IMAGES        "images"
#define ONNX_PROBABILITIES "probabilities"

/* The whole graph. It takes pixels of 0 to 255 and normalises them, and gives probabilities. False with an error, which
 * names a layer that ONNX has nothing for here; onnx_graph_free() it in either case. */
bool onnx_operations_graph(const struct recipe *r, const struct trainer_weights *w, struct onnx_graph *out,
                           struct error *e);

#endif
