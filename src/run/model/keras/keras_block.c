#include "run/model/keras/keras_block.h"

#include "base/text.h"
#include "nn/layers/layer_block.h"

static const char convolution[] = "Conv2D", depthwise[] = "DepthwiseConv2D", norm[] = "BatchNormalization",
                  sum[] = "Add";

/* The node that takes the output of another alone; NO_NODE. */
static int after(const struct keras_graph *g, int at)
{
    return at >= 0 && g->nodes[at].n_users == 1 ? g->nodes[at].users[0] : NO_NODE;
}

static bool is(const struct keras_graph *g, int at, const char *class)
{
    return at >= 0 && keras_node_is(&g->nodes[at], class);
}

/* The node, or the one behind it where it is zeros that a window takes in. */
static int behind_zeros(const struct keras_graph *g, int at)
{
    return is(g, at, "ZeroPadding2D") ? after(g, at) : at;
}

/* A skip goes to the sum at once, or by a 1×1 convolution and its norm. */
static bool is_skip(const struct keras_graph *g, int at)
{
    int behind = after(g, at);

    return is(g, at, sum) || (is(g, at, convolution) && is(g, behind, norm) && is(g, after(g, behind), sum));
}

/* A block while it is matched: the path that computes, and the skip. */
struct matching {
    struct keras_block *block;
    struct keras_path path, skip;
    int skips; /* NO_NODE: there is none; else its first node */
};

/* The sum that both paths end in; with `projects` the skip may be a convolution of that stride. */
static bool join(struct matching *m, bool projects, int stride, struct error *e)
{
    const struct keras_graph *g = m->path.graph;
    struct keras_window w = { .kernel = 1, .stride = stride, .filters = m->path.shape.channels };

    if (!keras_path_step(&m->path, sum, e))
        return false;
    const struct keras_node *end = &g->nodes[m->path.at];
    m->skip.next = m->skips;
    m->block->projects = !is(g, m->skips, sum);
    if (m->block->projects && !projects)
        return keras_node_refuse(&g->nodes[m->skips], e, "the skip of %s has no layers in cuvette", m->block->what);
    if (m->block->projects && (!keras_path_pair(&m->skip, convolution, &w, e) || !keras_path_step(&m->skip, sum, e)))
        return false;
    m->block->nodes -= m->block->projects; /* the sum, which both paths come to */
    if (m->block->projects ? m->skip.at != m->path.at : m->skips != m->path.at)
        return keras_node_refuse(&g->nodes[m->skips], e, "this skip does not end where its block does");
    return end->n_inputs == 2 || keras_node_refuse(end, e, "it adds %d outputs, and %s of cuvette 2", end->n_inputs,
                                                   m->block->what);
}

/* The activation after the sum, the same as those before. */
static bool finish(struct matching *m, enum activation a, struct error *e)
{
    const struct keras_node *n = &m->path.graph->nodes[m->path.at];
    enum activation last;

    if (m->path.at == m->path.graph->output)
        return keras_node_refuse(n, e, "%s of cuvette has an activation after it", m->block->what);
    if (!keras_path_activate(&m->path, &last, e))
        return false;
    m->block->last = last;
    return last == a || keras_node_refuse(&m->path.graph->nodes[m->path.at], e,
                                          "it is another activation than that within its block");
}

static void say_style(struct keras_block *b)
{
    text_append(b->settings, sizeof b->settings, " padding=%s epsilon=%.7g momentum=%.7g",
                block_padding_names[b->paddings & 1 ? 0 : 1], b->epsilon, b->momentum);
}

static bool same_activation(struct matching *m, enum activation a, struct error *e)
{
    enum activation other;

    return keras_path_activate(&m->path, &other, e) &&
           (other == a || keras_node_refuse(&m->path.graph->nodes[m->path.at], e,
                                            "it is another activation than that before it in its block"));
}

static bool match_residual(struct matching *m, struct error *e)
{
    struct keras_window first = { .kernel = 3 }, second = { .kernel = 3, .stride = 1 };
    enum activation a;

    if (!keras_path_pair(&m->path, convolution, &first, e) || !keras_path_activate(&m->path, &a, e))
        return false;
    second.filters = first.filters;
    if (!keras_path_pair(&m->path, convolution, &second, e) || !join(m, true, first.stride, e) || !finish(m, a, e))
        return false;
    text_append(m->block->settings, sizeof m->block->settings, "filters=%d stride=%d activation=%s", first.filters,
                first.stride, activation_names[a]);
    return true;
}

static bool match_bottleneck(struct matching *m, struct error *e)
{
    struct keras_window first = { .kernel = 1 }, second = { .kernel = 3 }, last = { .kernel = 1, .stride = 1 };
    enum activation a;

    if (!keras_path_pair(&m->path, convolution, &first, e) || !keras_path_activate(&m->path, &a, e))
        return false;
    second.filters = first.filters;
    if (!keras_path_pair(&m->path, convolution, &second, e) || !same_activation(m, a, e) ||
        !keras_path_pair(&m->path, convolution, &last, e))
        return false;
    if ((first.stride > 1 && second.stride > 1) || last.filters % first.filters != 0)
        return keras_node_refuse(&m->path.graph->nodes[m->path.at], e,
                                 "%s of cuvette has one stride, and as many times more channels at its end",
                                 m->block->what);
    if (!join(m, true, first.stride * second.stride, e) || !finish(m, a, e))
        return false;
    text_append(m->block->settings, sizeof m->block->settings,
                "filters=%d expansion=%d stride=%d stride_first=%s activation=%s", first.filters,
                last.filters / first.filters, first.stride * second.stride, first.stride > 1 ? "yes" : "no",
                activation_names[a]);
    return true;
}

/* Without a skip it is layers one after another, which are read as such. */
static bool match_inverted(struct matching *m, struct error *e)
{
    struct keras_window wide = { .kernel = 1, .stride = 1 }, deep = { .stride = 1 }, last = wide;
    int channels = m->path.shape.channels, squeezed = 0;
    bool expands = !is(m->path.graph, behind_zeros(m->path.graph, m->path.next), depthwise);
    enum activation a, of_squeezed;

    if (expands && (!keras_path_pair(&m->path, convolution, &wide, e) || !keras_path_activate(&m->path, &a, e)))
        return false;
    if (!keras_path_pair(&m->path, depthwise, &deep, e) ||
        !(expands ? same_activation(m, a, e) : keras_path_activate(&m->path, &a, e)))
        return false;
    if (keras_path_gates(&m->path) && !keras_path_gate(&m->path, &squeezed, &of_squeezed, e))
        return false;
    last.filters = channels;
    if (!keras_path_pair(&m->path, convolution, &last, e) || !keras_path_pass(&m->path, "Dropout", e) ||
        !join(m, false, 1, e))
        return false;
    if (m->path.shape.channels != channels || (expands && wide.filters % channels != 0) ||
        (squeezed > 0 && (of_squeezed != a || squeezed > channels)))
        return keras_node_refuse(&m->path.graph->nodes[m->path.at], e,
                                 "%s of cuvette has a whole number of channels for each that goes in, fewer where it "
                                 "squeezes, and one activation",
                                 m->block->what);
    text_append(m->block->settings, sizeof m->block->settings,
                "filters=%d expansion=%d kernel=%d activation=%s squeeze_excite=%.7g", channels,
                expands ? wide.filters / channels : 1, deep.kernel, activation_names[a],
                (double)squeezed / channels);
    return true;
}

static bool match_squeeze(struct matching *m, struct error *e)
{
    int filters = 0;
    enum activation a;

    if (!keras_path_gate(&m->path, &filters, &a, e))
        return false;
    text_append(m->block->settings, sizeof m->block->settings, "filters=%d activation=%s", filters,
                activation_names[a]);
    return true;
}

static const struct family {
    const char *class, *what;
    bool (*match)(struct matching *m, struct error *e);
    bool styled; /* it has windows and normalisations */
} residual = { "residual", "a residual block", match_residual, true },
  bottleneck = { "bottleneck", "a bottleneck block", match_bottleneck, true },
  inverted = { "inverted_residual", "an inverted residual block", match_inverted, true },
  squeeze = { "squeeze_excite", "squeeze and excite", match_squeeze, false };

/* By its first layers: a 1×1 convolution, its norm and its activation come before what tells the family. */
static const struct family *family_of(const struct keras_graph *g, int first)
{
    struct error ignored;
    int at = behind_zeros(g, first), kernel, next;

    if (is(g, at, depthwise))
        return &inverted;
    if (!is(g, at, convolution) || !keras_node_square(&g->nodes[at], "kernel_size", 1, &kernel, &ignored))
        return NULL;
    if (kernel > 1)
        return &residual;
    next = behind_zeros(g, after(g, after(g, after(g, at))));
    return is(g, next, depthwise) ? &inverted : is(g, next, convolution) ? &bottleneck : NULL;
}

/* Where the computing path and the skip begin; NULL with an error. */
static const struct family *begin(struct matching *m, struct error *e)
{
    const struct keras_graph *g = m->path.graph;
    const struct keras_node *n = keras_graph_node(g, m->path.at);
    int second = n->n_users == 2 && is_skip(g, n->users[0]);
    const struct family *found = NULL;

    m->block->first = m->path.next = n->users[second];
    m->skips = n->users[!second];
    if (keras_path_gates(&m->path))
        found = &squeeze;
    else if (n->n_users == 2)
        found = family_of(g, m->path.next);
    if (!found)
        keras_node_refuse(&g->nodes[m->path.next], e,
                          "it begins a branch, and cuvette has those of residual, bottleneck and inverted residual "
                          "blocks and of squeeze and excite alone");
    return found;
}

bool keras_block_match(const struct keras_graph *g, int at, struct shape in, struct keras_block *out, struct error *e)
{
    struct matching m = { .block = out, .path = { .graph = g, .block = out, .shape = in, .at = at, .next = NO_NODE } };
    const struct family *family;

    *out = (struct keras_block){ .paddings = 3, .epsilon = -1, .last = ACTIVATION_LINEAR };
    if (in.rank != 3)
        return keras_node_refuse(keras_graph_node(g, at), e, "it begins a branch, and those of cuvette take images");
    m.skip = m.path;
    family = begin(&m, e);
    if (!family)
        return false;
    out->class = family->class;
    out->what = family->what;
    if (!family->match(&m, e))
        return false;
    if (family->styled)
        say_style(out);
    out->end = m.path.at;
    return true;
}
