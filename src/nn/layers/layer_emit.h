/* What several layer classes emit. Each returns its output and is harmless in a plan that has failed. */
#ifndef NN_LAYER_EMIT_H
#define NN_LAYER_EMIT_H

#include "nn/layers/layer.h"

/* kernel [kh][kw][C][K] by Glorot's uniform rule, and with `bias` a bias [K] of zeros. */
value layer_emit_conv2d(struct plan_builder *b, value in, const struct op_window *w, bool bias);
/* depthwise_kernel [kh][kw][C][1] by the same rule, as in Keras; bias [C]. */
value layer_emit_depthwise_conv2d(struct plan_builder *b, value in, const struct op_window *w, bool bias);
/* `in` itself when linear. */
value layer_emit_activation(struct plan_builder *b, value in, enum activation a, float slope);
/* gamma, beta and the moving statistics [C]; in the evaluate list the inference operation. */
value layer_emit_batch_norm(struct plan_builder *b, value in, double momentum, double epsilon);

/* The mean of each channel, as `out`: flat, or an image of one pixel. */
value layer_emit_global_average(struct plan_builder *b, value in, struct shape out);
/* in ─────────────────────────────────────────────────────────── (×) ─ out
 *  └─ global average ─ conv 1×1 to `filters` ─ a ─ conv 1×1 ─ sigmoid ┘
 * The convolutions have biases. */
value layer_emit_squeeze_excite(struct plan_builder *b, value in, int filters, enum activation a);

#endif
