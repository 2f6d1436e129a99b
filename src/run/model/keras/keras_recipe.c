#include "run/model/keras/keras_recipe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "run/model/keras/keras_block.h"

/* All of them, before branches are looked at: a layer that cuvette has not is the better reason. */
static bool know_all(const struct keras_graph *g, struct error *e)
{
    for (int i = 0; i < g->n; i++)
        if (!keras_reader_knows(&g->nodes[i]))
            return keras_node_refuse(&g->nodes[i], e, "cuvette has no such layer");
    return true;
}

static bool take_block(struct keras_recipe *r, int *at, int *seen, struct error *e)
{
    struct keras_block b;
    const struct keras_node *nodes = r->graph.nodes;
    struct shape in;

    if (!keras_reader_zeros(r, e))
        return false;
    in = r->shape;
    if (!keras_block_match(&r->graph, *at, in, &b, e) ||
        !keras_reader_put(r, &nodes[b.first], b.class, b.settings, e))
        return false;
    if (shape_equal(in, r->shape) == b.projects)
        return keras_node_refuse(&nodes[b.first], e,
                                 "where a block keeps the shape, cuvette has no convolution in its skip, and else it "
                                 "has one");
    for (int i = 0; i < b.n_weights; i++)
        keras_reader_weights(r, &nodes[b.weights[i]]);
    r->last = b.last;
    *seen += b.nodes;
    *at = b.end;
    return true;
}

/* From the images to the output, a layer or a block at a time. */
static bool walk(struct keras_recipe *r, struct error *e)
{
    const struct keras_graph *g = &r->graph;
    int at = NODE_OF_INPUT, seen = 0;

    while (at != g->output) {
        const struct keras_node *here = keras_graph_node(g, at), *next;

        if (here->n_users == 0 || seen > g->n)
            return error_set(e, ERROR_INPUT, "its layers do not lead from its images to its output");
        if (here->n_users > 1) {
            if (!take_block(r, &at, &seen, e))
                return false;
            continue;
        }
        next = &g->nodes[at = here->users[0]];
        if (next->n_inputs != 1)
            return keras_node_refuse(next, e, "it takes %d outputs, which cuvette has in blocks alone",
                                     next->n_inputs);
        if (!keras_reader_read(r, next, e))
            return false;
        seen++;
    }
    return seen == g->n || error_set(e, ERROR_INPUT, "some of its layers do not lead to its output");
}

static bool check_end(const struct keras_recipe *r, struct error *e)
{
    const struct keras_node *n = &r->graph.nodes[r->graph.output];

    if (r->shape.rank != 1 || r->shape.channels < 2)
        return keras_node_refuse(n, e, "a model for cuvette ends in a value for each of two or more classes");
    return r->softmaxed || r->last == ACTIVATION_LINEAR ||
           keras_node_refuse(n, e, "it ends in %s, and a model for cuvette in softmax or in values for one",
                             activation_names[r->last]);
}

static bool no_input(struct error *e)
{
    return error_set(e, ERROR_INPUT, "it does not say how large its images are: say it with --input, such as 28x28x1");
}

static bool is_input(const struct keras_graph *g, struct shape s)
{
    const int sides[] = { s.height, s.width, s.channels };
    bool same = g->n_sides != 2 || s.channels == 1;

    for (int i = 0; g->n_sides > 1 && i < g->n_sides; i++)
        same = same && (g->sides[i] == 0 || g->sides[i] == sides[i]);
    return same && (g->n_sides != 1 || g->sides[0] == 0 || (size_t)g->sides[0] == shape_size(s));
}

/* The user's word, or the file's. */
static bool take_input(struct keras_recipe *r, const struct model_wish *wish, struct error *e)
{
    const struct keras_graph *g = &r->graph;
    char text[32];

    r->input =
        wish->input.rank == 3 ? wish->input : shape_image(g->sides[0], g->sides[1], g->n_sides == 2 ? 1 : g->sides[2]);
    if (g->n_sides > 3)
        return error_set(e, ERROR_INPUT, "it takes %d-dimensional input, and cuvette images", g->n_sides);
    if (r->input.height < 1 || r->input.width < 1 || r->input.channels < 1)
        return no_input(e);
    if (r->input.height > SIDE_MAX || r->input.width > SIDE_MAX || r->input.channels > CHANNELS_MAX)
        return error_set(e, ERROR_INPUT,
                         "it takes images of %dx%dx%d, and those of cuvette have at most %d pixels a "
                         "side and %d channels",
                         r->input.height, r->input.width, r->input.channels, SIDE_MAX, CHANNELS_MAX);
    shape_format(r->input, false, text, sizeof text);
    r->shape = r->input;
    return is_input(g, r->input) || error_set(e, ERROR_INPUT, "it does not take images of %s", text);
}

/* A model of rows of numbers begins behind the images' Flatten. */
static bool begin(struct keras_recipe *r, struct error *e)
{
    return r->graph.n_sides != 1 || keras_reader_put(r, &r->graph.nodes[0], "flatten", "", e);
}

bool keras_recipe_make(const char *config, const struct model_wish *wish, struct keras_recipe *out, struct error *e)
{
    memset(out, 0, sizeof *out);
    recipe_preset(&out->recipe);
    out->recipe.data.dataset[0] = '\0';
    if (!keras_graph_parse(config, &out->graph, e) || !know_all(&out->graph, e) || !take_input(out, wish, e))
        return false;
    /* A walk in circles is noticed one block later. */
    out->origins = memory_new((size_t)out->graph.n + KERAS_BLOCK_WEIGHTS, sizeof *out->origins, e);
    text_copy(out->recipe.name, sizeof out->recipe.name, out->graph.name ? out->graph.name : "model");
    return out->origins && begin(out, e) && walk(out, e) && check_end(out, e);
}

void keras_recipe_free(struct keras_recipe *r)
{
    keras_graph_free(&r->graph);
    free(r->origins);
    r->origins = NULL;
}
