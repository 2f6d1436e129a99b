#include "run/model/keras/keras_path.h"

#include <math.h>
#include <string.h>

#include "run/model/keras/keras_padding.h"

static const char convolution[] = "Conv2D", zeros_class[] = "ZeroPadding2D", depthwise[] = "DepthwiseConv2D";

static const struct keras_node *node(const struct keras_path *p)
{
    return keras_graph_node(p->graph, p->at);
}

/* Is the next layer, if there is but one, of that class? */
static bool next_is(const struct keras_path *p, const char *class)
{
    int next = p->next != NO_NODE ? p->next : node(p)->n_users == 1 ? node(p)->users[0] : NO_NODE;

    return next >= 0 && keras_node_is(&p->graph->nodes[next], class);
}

bool keras_path_step(struct keras_path *p, const char *class, struct error *e)
{
    const struct keras_node *here = node(p);

    if (p->next == NO_NODE && here->n_users != 1)
        return keras_node_refuse(here, e, "its output goes to %d layers, which is not so in %s of cuvette",
                                 here->n_users, p->block->what);
    p->at = p->next != NO_NODE ? p->next : here->users[0];
    p->next = NO_NODE;
    p->block->nodes++;
    return !class || keras_node_is(node(p), class) ||
           keras_node_refuse(node(p), e, "%s of cuvette has %s %s here", p->block->what,
                             strcmp(class, "Add") == 0 ? "an" : "a", class);
}

bool keras_path_pass(struct keras_path *p, const char *class, struct error *e)
{
    return !next_is(p, class) || keras_path_step(p, class, e);
}

static void add_weights(struct keras_path *p)
{
    if (p->block->n_weights < KERAS_BLOCK_WEIGHTS)
        p->block->weights[p->block->n_weights++] = p->at;
}

enum { NUMBER_MAX = 1 << 16 }; /* more than any field of a layer allows */

static bool take_number(const struct keras_path *p, const char *key, int preset, int *wanted, struct error *e)
{
    int found;

    if (!keras_node_square(node(p), key, preset, &found, e))
        return false;
    if (found < 1 || found > NUMBER_MAX)
        return keras_node_refuse(node(p), e, "its %s is %d, which cuvette has not", key, found);
    if (*wanted == 0)
        *wanted = found;
    return found == *wanted ||
           keras_node_refuse(node(p), e, "its %s is %d, and in this place of %s cuvette has %d", key, found,
                             p->block->what, *wanted);
}

/* Which paddings of blocks give these windows? */
static bool take_padding(struct keras_path *p, const struct keras_window *w, const struct keras_zeros *zeros,
                         struct error *e)
{
    static const enum padding known[] = { PADDING_SAME, PADDING_HALF };
    const char *word = keras_node_text(node(p), "padding", padding_names[PADDING_VALID]);
    int height = p->shape.height + zeros->top + zeros->bottom, width = p->shape.width + zeros->left + zeros->right;
    bool same = strcmp(word, padding_names[PADDING_SAME]) == 0;
    struct op_window is = layer_window(p->shape, w->kernel, w->stride, PADDING_SAME, w->filters);
    unsigned possible = 0;

    if (!same) {
        is.pad_top = zeros->top;
        is.pad_left = zeros->left;
        is.out_height = height < w->kernel ? 0 : (height - w->kernel) / w->stride + 1;
        is.out_width = width < w->kernel ? 0 : (width - w->kernel) / w->stride + 1;
    }
    for (unsigned i = 0; i < sizeof known / sizeof *known && (!same || zeros->top + zeros->left == 0); i++) {
        const struct op_window ours = layer_window(p->shape, w->kernel, w->stride, known[i], w->filters);

        if (ours.out_height == is.out_height && ours.out_width == is.out_width && ours.pad_top == is.pad_top &&
            ours.pad_left == is.pad_left)
            possible |= 1U << i;
    }
    p->shape = layer_window_shape(&is);
    p->block->paddings &= possible;
    return p->block->paddings != 0 ||
           keras_node_refuse(node(p), e, "all windows of %s have padding same in cuvette, or half a kernel a side",
                             p->block->what);
}

static bool check_plain(const struct keras_path *p, struct error *e)
{
    int rate;

    if (!keras_node_square(node(p), "dilation_rate", 1, &rate, e))
        return false;
    return (rate == 1 && keras_node_real(node(p), "groups", 1) == 1 &&
            keras_node_real(node(p), "depth_multiplier", 1) == 1) ||
           keras_node_refuse(node(p), e, "%s of cuvette has a plain convolution here", p->block->what);
}

bool keras_path_convolve(struct keras_path *p, const char *class, struct keras_window *w, struct error *e)
{
    struct keras_zeros zeros = { .top = 0 };

    if (next_is(p, zeros_class) &&
        (!keras_path_step(p, zeros_class, e) || !keras_padding_read(node(p), &zeros, e)))
        return false;
    if (!keras_path_step(p, class, e) || !check_plain(p, e) || !take_number(p, "kernel_size", 1, &w->kernel, e) ||
        !take_number(p, "strides", 1, &w->stride, e))
        return false;
    if (strcmp(class, depthwise) == 0)
        w->filters = p->shape.channels;
    else if (!take_number(p, "filters", 0, &w->filters, e))
        return false;
    add_weights(p);
    return take_padding(p, w, &zeros, e);
}

bool keras_path_normalise(struct keras_path *p, struct error *e)
{
    const double off = 1e-9;
    struct keras_block *b = p->block;

    if (!keras_path_step(p, "BatchNormalization", e))
        return false;
    double epsilon = keras_node_real(node(p), "epsilon", 1e-3), axis = -1;

    if (keras_node_numbers(node(p), "axis", 1, &axis) > 1 || (axis != -1 && axis != 3))
        return keras_node_refuse(node(p), e, "it normalises along axis %g, and cuvette the channels, the last", axis);
    if (b->epsilon < 0) {
        b->epsilon = epsilon;
        b->momentum = keras_node_real(node(p), "momentum", 0.99);
    }
    add_weights(p);
    return fabs(epsilon - b->epsilon) < off ||
           keras_node_refuse(node(p), e, "its epsilon is %g, and another normalisation of its block has %g", epsilon,
                             b->epsilon);
}

/* Activations of a block have no slope of their own. */
static bool take_function(const struct keras_path *p, enum activation *out, struct error *e)
{
    const double off = 1e-6;
    struct keras_function f;

    if (!keras_node_function(node(p), &f, e))
        return false;
    if (f.softmax || (f.kind == ACTIVATION_LEAKY_RELU && fabs(f.slope - (double)LEAKY_SLOPE) > off))
        return keras_node_refuse(node(p), e, "%s of cuvette has no such activation", p->block->what);
    *out = f.kind;
    return true;
}

static bool is_activation(const struct keras_node *n)
{
    return keras_node_is(n, "Activation") || keras_node_is(n, "ReLU") || keras_node_is(n, "LeakyReLU");
}

bool keras_path_activate(struct keras_path *p, enum activation *out, struct error *e)
{
    if (!keras_path_step(p, NULL, e))
        return false;
    if (!is_activation(node(p)))
        return keras_node_refuse(node(p), e, "%s of cuvette has an activation here", p->block->what);
    return take_function(p, out, e);
}

bool keras_path_pair(struct keras_path *p, const char *class, struct keras_window *w, struct error *e)
{
    enum activation a;

    if (!keras_path_convolve(p, class, w, e) || !take_function(p, &a, e))
        return false;
    if (a != ACTIVATION_LINEAR)
        return keras_node_refuse(node(p), e, "%s of cuvette normalises before it activates", p->block->what);
    return keras_path_normalise(p, e);
}

/* Of the two users of a node, the one of that class; NO_NODE. */
static int user_of(const struct keras_path *p, const char *class)
{
    const struct keras_node *n = node(p);

    for (int i = 0; n->n_users == 2 && i < 2; i++)
        if (keras_node_is(&p->graph->nodes[n->users[i]], class))
            return n->users[i];
    return NO_NODE;
}

bool keras_path_gates(const struct keras_path *p)
{
    return user_of(p, "GlobalAveragePooling2D") >= 0 && user_of(p, "Multiply") >= 0;
}

/* A 1×1 convolution of one pixel, with its activation, which may be a layer of its own. */
static bool convolve_pixel(struct keras_path *p, int *filters, enum activation *a, struct error *e)
{
    struct keras_window w = { .kernel = 1, .stride = 1, .filters = *filters };

    if (!keras_path_convolve(p, convolution, &w, e) || !take_function(p, a, e))
        return false;
    if (!keras_node_flag(node(p), "use_bias", true))
        return keras_node_refuse(node(p), e, "in squeeze and excite cuvette's convolutions have a bias");
    *filters = w.filters;
    if (*a != ACTIVATION_LINEAR || !(next_is(p, "Activation") || next_is(p, "ReLU") || next_is(p, "LeakyReLU")))
        return true;
    return keras_path_activate(p, a, e);
}

bool keras_path_gate(struct keras_path *p, int *filters, enum activation *out, struct error *e)
{
    int end = user_of(p, "Multiply");
    enum activation last;
    struct keras_path side = *p;

    side.next = user_of(p, "GlobalAveragePooling2D");
    if (!keras_path_step(&side, "GlobalAveragePooling2D", e))
        return false;
    if (!keras_node_flag(node(&side), "keepdims", false) && !keras_path_step(&side, "Reshape", e))
        return false;
    side.shape = shape_image(1, 1, p->shape.channels);
    if (!convolve_pixel(&side, filters, out, e) ||
        !convolve_pixel(&side, &(int){ p->shape.channels }, &last, e))
        return false;
    if (last != ACTIVATION_SIGMOID)
        return keras_node_refuse(node(&side), e, "squeeze and excite ends in sigmoid in cuvette");
    if (!keras_path_step(&side, "Multiply", e))
        return false;
    if (side.at != end)
        return keras_node_refuse(node(&side), e, "it does not multiply what its numbers were made from");
    p->at = end;
    p->next = NO_NODE;
    return true;
}
