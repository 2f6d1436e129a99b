/* The padding of a window as Keras says it: its word, and zeros of a layer before it where no word is right. */
#ifndef RUN_KERAS_PADDING_H
#define RUN_KERAS_PADDING_H

#include "nn/layers/layer_shape.h"
#include "run/model/keras/keras_node.h"

struct keras_zeros {
    int top, bottom, left, right;
};

struct keras_padding {
    const char *word; /* "valid" wherever that gives the same result */
    bool padded;      /* a ZeroPadding2D of these comes before it */
    struct keras_zeros zeros;
};
struct keras_padding keras_padding_of(const struct op_window *w);

/* The zeros of a ZeroPadding2D. False with an error that names it. */
bool keras_padding_read(const struct keras_node *n, struct keras_zeros *out, struct error *e);

/* The recipe's padding of a valid window of kernel × kernel behind such zeros; false where it has none. With
 * `half_alone` that is "half" or nothing. */
bool keras_padding_match(struct shape in, int kernel, int stride, const struct keras_zeros *zeros, bool half_alone,
                         enum padding *out);

#endif
