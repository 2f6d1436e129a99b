/* What blocks of several convolutions share: normalised convolutions, and sums with what went in. */
#ifndef NN_LAYER_BLOCK_H
#define NN_LAYER_BLOCK_H

#include "nn/layers/layer.h"
#include "nn/layers/layer_shape.h"

/* What is the same of all windows and normalisations of a block. Its settings have these members by BLOCK_STYLE, which
 * are a member `style`, too, and their fields by BLOCK_STYLE_FIELDS. */
#define BLOCK_STYLE_MEMBERS \
    int padding; /* of block_padding_names */ \
    double epsilon, momentum;
struct block_style {
    BLOCK_STYLE_MEMBERS
};
#define BLOCK_STYLE \
    union { \
        struct { \
            BLOCK_STYLE_MEMBERS \
        }; \
        struct block_style style; \
    }

extern const char *const block_padding_names[]; /* "same", "half"; ends with NULL */

#define BLOCK_STYLE_FIELDS(type) \
    CHOICE_FIELD(type, padding, block_padding_names, 0, \
                 "same pads as Keras, half kernel/2 on each side as PyTorch: they differ with a stride"), \
    REAL_FIELD(type, epsilon, 1e-8, 1, 1e-3, "added to the variance when normalising"), \
    REAL_FIELD(type, momentum, 0, 1, 0.99, "how slowly the moving mean and variance follow")

struct op_window layer_block_window(const struct block_style *style, struct shape in, int kernel, int stride,
                                    int filters);

/* Convolution without bias ─ norm. */
value layer_block_convolve(struct plan_builder *b, const struct block_style *style, value in, int kernel, int stride,
                           int filters);

/* Depthwise convolution without bias ─ norm. */
value layer_block_depthwise(struct plan_builder *b, const struct block_style *style, value in, int kernel, int stride);

/* main_path + in, whose skip is a 1×1 convolution of that stride and a norm where the shapes differ. */
value layer_block_add_skip(struct plan_builder *b, const struct block_style *style, value main_path, value in,
                           int stride);

/* Appends to the summary of a layer what of its stride differs from 1: "/2". */
void layer_block_summarise(char *out, size_t size, int stride);

#endif
