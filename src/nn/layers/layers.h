/* The layer classes there are, each in a file of its own; layer.c has the table. */
#ifndef NN_LAYERS_H
#define NN_LAYERS_H

#include "nn/layers/layer.h"

extern const struct layer_class layer_conv2d, layer_residual, layer_maxpool2d, layer_avgpool2d, layer_global_avgpool,
    layer_batch_norm, layer_activation, layer_dropout, layer_flatten, layer_dense;

#define LAYER_FIELDS(table) { .fields = (table), .count = (int)(sizeof(table) / sizeof(table)[0]) }

/* Pieces that several classes emit. */
value layers_emit_activation(struct plan_builder *b, value in, enum activation a, float slope);
value layers_emit_batch_norm(struct plan_builder *b, value in, double momentum, double epsilon);

/* The window of a convolution or pool over an image; false when it does not fit. */
enum padding { PADDING_SAME, PADDING_VALID };
extern const char *const padding_names[];
bool layers_window(struct shape in, int kernel, int stride, enum padding padding, int out_channels,
                   struct op_window *out, struct error *e);
value layers_emit_conv2d(struct plan_builder *b, value in, const struct op_window *w, bool bias);

/* The error of a layer that takes images and got a flat input, or the reverse. */
bool layers_need_image(struct shape in, struct error *e);
bool layers_need_flat(struct shape in, struct error *e);

#endif
