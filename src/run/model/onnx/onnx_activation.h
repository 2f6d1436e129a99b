/* Activations as nodes of an ONNX graph. */
#ifndef RUN_ONNX_ACTIVATION_H
#define RUN_ONNX_ACTIVATION_H

#include "run/model/onnx/onnx_writing.h"

/* Of tensor `t`, which then is the activated one. */
void onnx_activation_put(struct onnx_writing *w, onnx_name t, enum activation a, float slope);

#endif
