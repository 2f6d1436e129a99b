/* What the layer classes need of shapes and windows. */
#ifndef NN_LAYER_SHAPE_H
#define NN_LAYER_SHAPE_H

#include "nn/layers/layer.h"

/* False with an error where a layer takes images and got a flat input, or the reverse. */
bool layer_needs_image(struct shape in, struct error *e);
bool layer_needs_flat(struct shape in, struct error *e);

/* "same" and "valid" as TensorFlow pads: ceil(size / stride) outputs, or only whole windows. "half" as PyTorch's
 * networks: kernel / 2, rounded down, on every side. With stride 1 and an odd kernel that is "same"; with stride 2
 * "same" has an odd pixel at the bottom and right, and windows begin elsewhere. */
enum padding { PADDING_SAME, PADDING_VALID, PADDING_HALF };
extern const char *const padding_names[]; /* ends with NULL */

/* False with an error when a window of kernel × kernel does not fit into an image. */
bool layer_window_fits(struct shape in, int kernel, enum padding padding, struct error *e);
/* The window of a convolution or pool over an image that it fits into, and what it makes of the image. */
struct op_window layer_window(struct shape in, int kernel, int stride, enum padding padding, int out_channels);
struct shape layer_window_shape(const struct op_window *w);
/* Appends to a convolution's summary its window, and what differs from stride 1, "same" and linear:
 * " 3×3/2 half relu". */
void layer_window_summarise(char *out, size_t size, bool unicode, int kernel, int stride, enum padding padding,
                            enum activation a);

/* A layer whose output has the shape of its input; never fails. */
bool layer_shape_same(const struct layer *l, struct shape in, struct shape *out, struct error *e);

#endif
