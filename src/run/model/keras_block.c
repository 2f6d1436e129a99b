#include "run/model/keras_block.h"

#include <math.h>
#include <string.h>

/* What layer_residual.c has. */
static const double epsilon = 1e-3, epsilon_off = 1e-6;
enum { KERNEL = 3, SKIP_KERNEL = 1 };

static bool is_kernel(const struct keras_node *n, int size)
{
    struct error ignored;
    int kernel;

    return keras_node_is(n, "Conv2D") && keras_node_square(n, "kernel_size", 1, &kernel, &ignored) && kernel == size;
}

/* The only layer that takes a node's output, which must be of this class; NULL: of any. NODE_OF_INPUT: error. */
static int next(const struct keras_graph *g, int at, const char *class, struct error *e)
{
    const struct keras_node *n = &g->nodes[at];

    if (n->n_users != 1) {
        keras_node_refuse(n, e, "its output goes to %d layers, which is no residual block as cuvette has it",
                          n->n_users);
        return NODE_OF_INPUT;
    }
    if (class && !keras_node_is(&g->nodes[n->users[0]], class)) {
        keras_node_refuse(&g->nodes[n->users[0]], e, "a residual block of cuvette has a %s here", class);
        return NODE_OF_INPUT;
    }
    return n->users[0];
}

static bool check_convolution(const struct keras_node *n, int filters, int stride, struct error *e)
{
    int found, rate, kernel;
    struct keras_function f;

    if (!keras_node_square(n, "filters", 0, &found, e) || !keras_node_function(n, &f, e) ||
        !keras_node_square(n, "dilation_rate", 1, &rate, e) || !keras_node_square(n, "kernel_size", 1, &kernel, e))
        return false;
    if (found != filters)
        return keras_node_refuse(n, e, "it has %d filters, and its residual block %d", found, filters);
    if (!keras_node_square(n, "strides", 1, &found, e))
        return false;
    if (found != stride || rate != 1 || keras_node_real(n, "groups", 1) != 1)
        return keras_node_refuse(n, e, "in this place of a residual block cuvette has a plain convolution of stride %d",
                                 stride);
    /* A window of one pixel needs no padding, whatever it is called. */
    bool same = kernel == 1 || strcmp(keras_node_text(n, "padding", "valid"), "same") == 0;

    if (!same || f.softmax || f.kind != ACTIVATION_LINEAR)
        return keras_node_refuse(n, e,
                                 "in a residual block cuvette has padding same, and normalises before it activates");
    return true;
}

static bool check_norm(const struct keras_node *n, struct error *e)
{
    double there = keras_node_real(n, "epsilon", epsilon);

    return fabs(there - epsilon) < epsilon_off ||
           keras_node_refuse(n, e, "its epsilon is %g, and in a residual block of cuvette %g", there, epsilon);
}

/* Activations of a block have no slope of their own. */
static bool take_activation(const struct keras_node *n, enum activation *out, struct error *e)
{
    struct keras_function f;

    if (!keras_node_is(n, "Activation") && !keras_node_is(n, "ReLU") && !keras_node_is(n, "LeakyReLU"))
        return keras_node_refuse(n, e, "a residual block of cuvette has an activation here");
    if (!keras_node_function(n, &f, e))
        return false;
    if (f.softmax || (f.kind == ACTIVATION_LEAKY_RELU && fabs(f.slope - (double)LEAKY_SLOPE) > epsilon_off))
        return keras_node_refuse(n, e, "a residual block of cuvette has no such activation");
    *out = f.kind;
    return true;
}

/* conv ─ norm; the position of the norm, or NODE_OF_INPUT. */
static int match_pair(const struct keras_graph *g, int conv, int filters, int stride, struct error *e)
{
    if (!check_convolution(&g->nodes[conv], filters, stride, e))
        return NODE_OF_INPUT;
    int norm = next(g, conv, "BatchNormalization", e);

    return norm >= 0 && check_norm(&g->nodes[norm], e) ? norm : NODE_OF_INPUT;
}

/* The sum, or NODE_OF_INPUT. */
static int match_main(const struct keras_graph *g, struct keras_block *b, struct error *e)
{
    int act;

    b->norm[0] = match_pair(g, b->conv[0], b->filters, b->stride, e);
    act = b->norm[0] >= 0 ? next(g, b->norm[0], NULL, e) : NODE_OF_INPUT;
    if (act < 0 || !take_activation(&g->nodes[act], &b->activation, e))
        return NODE_OF_INPUT;
    b->conv[1] = next(g, act, "Conv2D", e);
    if (b->conv[1] < 0)
        return NODE_OF_INPUT;
    if (!is_kernel(&g->nodes[b->conv[1]], KERNEL)) {
        keras_node_refuse(&g->nodes[b->conv[1]], e, "in a residual block cuvette has kernels of 3x3");
        return NODE_OF_INPUT;
    }
    b->norm[1] = match_pair(g, b->conv[1], b->filters, 1, e);
    return b->norm[1] >= 0 ? next(g, b->norm[1], "Add", e) : NODE_OF_INPUT;
}

/* Which of both begins the main path? */
static bool begin(const struct keras_graph *g, int at, struct keras_block *b, int *skip, struct error *e)
{
    const struct keras_node *n = keras_graph_node(g, at);
    int main_path =
        n->n_users == 2 && is_kernel(&g->nodes[n->users[1]], KERNEL) && !is_kernel(&g->nodes[n->users[0]], KERNEL);
    const struct keras_node *first;

    b->conv[0] = n->users[main_path];
    *skip = n->users[!main_path];
    first = &g->nodes[b->conv[0]];
    if (n->n_users != 2 || !is_kernel(first, KERNEL))
        return keras_node_refuse(first, e,
                                 "it begins a branch, and cuvette has those of residual blocks alone: two 3x3 "
                                 "convolutions with a skip around them");
    return keras_node_square(first, "filters", 0, &b->filters, e) &&
           keras_node_square(first, "strides", 1, &b->stride, e);
}

static bool match_skip(const struct keras_graph *g, struct keras_block *b, int skip, int sum, struct error *e)
{
    const struct keras_node *n = &g->nodes[skip];

    b->skip_conv = b->skip_norm = NO_SKIP;
    if (skip == sum)
        return true;
    if (!is_kernel(n, SKIP_KERNEL))
        return keras_node_refuse(n, e, "the skip of a residual block is a 1x1 convolution in cuvette, or nothing");
    b->skip_conv = skip;
    b->skip_norm = match_pair(g, skip, b->filters, b->stride, e);
    if (b->skip_norm < 0)
        return false;
    int meets = next(g, b->skip_norm, "Add", e);

    return meets == sum ||
           (meets >= 0 && keras_node_refuse(n, e, "this skip does not end where its residual block does"));
}

bool keras_block_match(const struct keras_graph *g, int at, struct keras_block *out, struct error *e)
{
    enum activation last;
    int skip, sum;

    if (!begin(g, at, out, &skip, e) || (sum = match_main(g, out, e)) < 0 || !match_skip(g, out, skip, sum, e))
        return false;
    if (g->nodes[sum].n_inputs != 2)
        return keras_node_refuse(&g->nodes[sum], e, "it adds %d outputs, and a residual block of cuvette 2",
                                 g->nodes[sum].n_inputs);
    if (sum == g->output || (out->end = next(g, sum, NULL, e)) < 0)
        return sum == g->output ? keras_node_refuse(&g->nodes[sum], e,
                                                    "a residual block of cuvette has an activation "
                                                    "after it")
                                : false;
    if (!take_activation(&g->nodes[out->end], &last, e))
        return false;
    return last == out->activation ||
           keras_node_refuse(&g->nodes[out->end], e, "it is another activation than that within its residual block");
}
