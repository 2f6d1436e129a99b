#include "nn/layers/layer_block.h"

#include "base/text.h"
#include "nn/layers/layer_emit.h"

static const enum padding paddings[] = { PADDING_SAME, PADDING_HALF };
const char *const block_padding_names[] = { "same", "half", NULL };

struct op_window layer_block_window(const struct block_style *style, struct shape in, int kernel, int stride,
                                    int filters)
{
    return layer_window(in, kernel, stride, paddings[style->padding], filters);
}

value layer_block_convolve(struct plan_builder *b, const struct block_style *style, value in, int kernel, int stride,
                           int filters)
{
    const struct op_window w = layer_block_window(style, plan_shape(b, in), kernel, stride, filters);

    return layer_emit_batch_norm(b, layer_emit_conv2d(b, in, &w, false), style->momentum, style->epsilon);
}

value layer_block_depthwise(struct plan_builder *b, const struct block_style *style, value in, int kernel, int stride)
{
    struct shape s = plan_shape(b, in);
    const struct op_window w = layer_block_window(style, s, kernel, stride, s.channels);

    return layer_emit_batch_norm(b, layer_emit_depthwise_conv2d(b, in, &w, false), style->momentum, style->epsilon);
}

value layer_block_add_skip(struct plan_builder *b, const struct block_style *style, value main_path, value in,
                           int stride)
{
    struct shape s = plan_shape(b, main_path);
    value skip = in;

    if (!shape_equal(plan_shape(b, in), s))
        skip = layer_block_convolve(b, style, in, 1, stride, s.channels);

    value sum = plan_activation(b, "sum", s);

    plan_append(b, &(struct op){ .kind = OP_ADD,
                                 .in = { main_path, skip },
                                 .out = { sum },
                                 .elements = { .per_image = (int)shape_size(s) } });
    return sum;
}

void layer_block_summarise(char *out, size_t size, int stride)
{
    if (stride > 1)
        text_append(out, size, "/%d", stride);
}
