#include "run/model/keras/keras_graph.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"

/* A model may have models for layers, and these again, so deep. */
enum { NODES_MAX = 2048, DEPTH_MAX = 8 };

struct parsing {
    struct keras_graph *graph;
    const json_t *layers; /* the description's list */
    int inputs;           /* how many input layers there are */
};

const struct keras_node *keras_graph_node(const struct keras_graph *g, int position)
{
    return position == NODE_OF_INPUT ? &g->input : &g->nodes[position];
}

static struct keras_node *node_at(struct keras_graph *g, int position)
{
    return position == NODE_OF_INPUT ? &g->input : &g->nodes[position];
}

static bool wrong(struct error *e, const char *what)
{
    return error_set(e, ERROR_INPUT, "its description of the model %s", what);
}

/* [null, 28, 28, 1]: the first is the batch. */
static void take_sides(struct keras_graph *g, const json_t *shape)
{
    size_t count = json_array_size(shape);

    if (count < 2 || count > 5)
        return;
    g->n_sides = (int)count - 1;
    for (int i = 0; i < g->n_sides && i < 4; i++) {
        json_int_t side = json_integer_value(json_array_get(shape, (size_t)i + 1));

        g->sides[i] = side > 0 && side <= INT_MAX ? (int)side : 0;
    }
}

/* From an input layer, or the first layer of a Sequential without one. */
static void take_shape(struct keras_graph *g, const json_t *config)
{
    static const char *const keys[] = { "batch_shape", "batch_input_shape", "build_input_shape" };

    for (size_t i = 0; g->n_sides == 0 && i < sizeof keys / sizeof *keys; i++)
        take_sides(g, json_object_get(config, keys[i]));
}

static const char *name_of(const json_t *layer)
{
    const char *name = json_string_value(json_object_get(layer, "name"));

    return name ? name : json_string_value(json_object_get(json_object_get(layer, "config"), "name"));
}

static bool is_input(const json_t *layer)
{
    const char *class = json_string_value(json_object_get(layer, "class_name"));

    return class && strcmp(class, "InputLayer") == 0;
}

static bool is_model(const char *class)
{
    return strcmp(class, "Sequential") == 0 || strcmp(class, "Functional") == 0 || strcmp(class, "Model") == 0;
}

/* Old Keras: a bare list. */
static const json_t *layers_of(const json_t *config)
{
    return json_is_array(config) ? config : json_object_get(config, "layers");
}

static int count_alike(const struct keras_graph *g, const struct keras_node *n)
{
    int count = 0;

    for (int i = 0; i < g->n; i++)
        count += g->nodes[i].outer == n->outer && strcmp(g->nodes[i].class, n->class) == 0;
    return count;
}

/* All layers, those of models in the model too: as many nodes are needed at most. */
static size_t count_layers(const json_t *layers, int depth)
{
    size_t count = json_array_size(layers), i;
    const json_t *layer;

    json_array_foreach(layers, i, layer) if (depth < DEPTH_MAX && count <= NODES_MAX) count +=
        count_layers(layers_of(json_object_get(layer, "config")), depth + 1);
    return count;
}

static bool take_layers(struct parsing *p, const json_t *layers, const struct keras_node *outer, int depth,
                        struct error *e);

/* The node of a model in the model passes its input on to its layers, which follow. */
static bool take_inner(struct parsing *p, const struct keras_node *n, int depth, struct error *e)
{
    const json_t *layers = layers_of(n->config);

    if (json_array_size(layers) == 0)
        return keras_node_refuse(n, e, "it is a model without layers");
    if (depth == DEPTH_MAX)
        return keras_node_refuse(n, e, "it is a model in a model more than %d times over", DEPTH_MAX);
    return take_layers(p, layers, n, depth + 1, e);
}

static bool take_layer(struct parsing *p, const json_t *layer, const struct keras_node *outer, int depth,
                       struct error *e)
{
    struct keras_graph *g = p->graph;
    struct keras_node *n = &g->nodes[g->n];

    *n = (struct keras_node){ .class = json_string_value(json_object_get(layer, "class_name")),
                              .name = name_of(layer),
                              .config = json_object_get(layer, "config"),
                              .outer = outer,
                              .position = g->n + 1,
                              .exit = g->n };
    if (!n->class || !n->name || !json_is_object(n->config))
        return wrong(e, "has a layer without class, name or settings");
    if (is_input(layer) || g->n == 0)
        take_shape(g, n->config);
    p->inputs += is_input(layer) && !outer;
    if (is_input(layer))
        return true;
    n->number = count_alike(g, n);
    g->n++;
    return !is_model(n->class) || take_inner(p, n, depth, e);
}

static bool take_layers(struct parsing *p, const json_t *layers, const struct keras_node *outer, int depth,
                        struct error *e)
{
    const json_t *layer;
    size_t i;

    json_array_foreach(layers, i, layer) if (!take_layer(p, layer, outer, depth, e)) return false;
    return true;
}

static bool take_all(struct parsing *p, struct error *e)
{
    size_t count = count_layers(p->layers, 0);

    if (count < 1 || count > NODES_MAX)
        return wrong(e, "has no list of layers, or a very long one");
    p->graph->nodes = memory_new(count, sizeof *p->graph->nodes, e);
    return p->graph->nodes && take_layers(p, p->layers, NULL, 0, e) && (p->graph->n > 0 || wrong(e, "has no layers")) &&
           (p->inputs <= 1 || wrong(e, "has several inputs, not one"));
}

static void connect(struct keras_graph *g, int from, int to)
{
    struct keras_node *giver = node_at(g, from), *taker = &g->nodes[to];

    if (taker->n_inputs < NODE_INPUTS)
        taker->inputs[taker->n_inputs] = from;
    taker->n_inputs++;
    if (giver->n_users < NODE_USERS)
        giver->users[giver->n_users] = to;
    giver->n_users++;
}

static int position_of(const struct keras_graph *g, const struct keras_node *n)
{
    return n ? (int)(n - g->nodes) : NODE_OF_INPUT;
}

/* What gives the output that a name in a model stands for: a node, NODE_OF_INPUT or NO_NODE. */
static int find(const struct keras_graph *g, const json_t *layers, const struct keras_node *outer, const char *name)
{
    const json_t *layer;
    size_t i;

    for (int k = 0; k < g->n; k++)
        if (g->nodes[k].outer == outer && strcmp(g->nodes[k].name, name) == 0)
            return g->nodes[k].exit;
    json_array_foreach(layers, i, layer) if (is_input(layer) && name_of(layer) &&
                                             strcmp(name_of(layer), name) == 0) return position_of(g, outer);
    return NO_NODE;
}

/* Every ["conv2d", 0, …] below: a layer that is called by its name. Keras 2 has them in lists, Keras 3 as the history
 * of a tensor. */
static bool collect_calls(const json_t *from, bool (*call)(void *context, const char *name, struct error *e),
                          void *context, struct error *e)
{
    const json_t *one;
    const char *key;
    bool good = true;
    size_t i;

    if (json_is_string(json_array_get(from, 0)) && json_is_integer(json_array_get(from, 1)))
        return call(context, json_string_value(json_array_get(from, 0)), e);
    json_array_foreach(from, i, one) good = good && collect_calls(one, call, context, e);
    json_object_foreach((json_t *)from, key, one) good = good && collect_calls(one, call, context, e);
    return good;
}

/* A model, the whole one or one in it, while its layers are connected. */
struct calling {
    struct keras_graph *graph;
    const json_t *layers;
    const struct keras_node *outer;
    int to;   /* the node whose calls are read */
    int exit; /* what gives the model's output */
};

static bool call_input(void *context, const char *name, struct error *e)
{
    const struct calling *c = context;
    int from = find(c->graph, c->layers, c->outer, name);

    if (from == NO_NODE)
        return keras_node_refuse(&c->graph->nodes[c->to], e, "it takes the output of %.48s, which is not there", name);
    connect(c->graph, from, c->to);
    return true;
}

static bool call_output(void *context, const char *name, struct error *e)
{
    struct calling *c = context;

    if (c->exit != NO_NODE)
        return wrong(e, "has several outputs, not one");
    c->exit = find(c->graph, c->layers, c->outer, name);
    return c->exit >= 0 || wrong(e, "has an output that none of its layers gives");
}

/* The next node of the model behind `at`, or the end of the nodes. */
static int next_of(const struct calling *c, int at)
{
    while (++at < c->graph->n && c->graph->nodes[at].outer != c->outer)
        continue;
    return at;
}

static bool connect_functional(struct calling *c, struct error *e)
{
    const json_t *layer;
    size_t i;

    c->to = next_of(c, position_of(c->graph, c->outer));
    json_array_foreach(c->layers, i, layer)
    {
        const json_t *calls = json_object_get(layer, "inbound_nodes");

        if (is_input(layer))
            continue;
        if (json_array_size(calls) != 1)
            return keras_node_refuse(&c->graph->nodes[c->to], e, "it is used %zu times, and cuvette's layers once",
                                     json_array_size(calls));
        if (!collect_calls(calls, call_input, c, e))
            return false;
        c->to = next_of(c, c->to);
    }
    return true;
}

static void connect_sequential(const struct calling *c)
{
    int from = position_of(c->graph, c->outer);

    for (int i = next_of(c, from); i < c->graph->n; i = next_of(c, i)) {
        connect(c->graph, from, i);
        from = c->graph->nodes[i].exit;
    }
}

/* Where the output of a model comes from; those in it are known by then. */
static bool find_exit(struct calling *c, bool plain, const json_t *config, struct error *e)
{
    if (!plain)
        return collect_calls(json_object_get(config, "output_layers"), call_output, c, e) &&
               (c->exit >= 0 || wrong(e, "has no output"));
    for (int i = next_of(c, position_of(c->graph, c->outer)); i < c->graph->n; i = next_of(c, i))
        c->exit = c->graph->nodes[i].exit;
    return c->exit >= 0 || wrong(e, "has no layers");
}

static bool is_plain(const char *class)
{
    return strcmp(class, "Sequential") == 0;
}

/* The innermost models first, as they come last. */
static bool find_exits(struct keras_graph *g, struct error *e)
{
    for (int i = g->n - 1; i >= 0; i--) {
        struct keras_node *n = &g->nodes[i];
        struct calling c = { .graph = g, .layers = layers_of(n->config), .outer = n, .exit = NO_NODE };

        if (!is_model(n->class))
            continue;
        if (!find_exit(&c, is_plain(n->class), n->config, e))
            return keras_node_place(n, e);
        n->exit = c.exit;
    }
    return true;
}

static bool connect_model(struct calling *c, bool plain, struct error *e)
{
    if (!plain)
        return connect_functional(c, e);
    connect_sequential(c);
    return true;
}

static bool connect_all(struct parsing *p, bool plain, const json_t *config, struct error *e)
{
    struct keras_graph *g = p->graph;
    struct calling whole = { .graph = g, .layers = p->layers, .exit = NO_NODE };

    if (!find_exits(g, e) || !connect_model(&whole, plain, e) || !find_exit(&whole, plain, config, e))
        return false;
    g->output = whole.exit;
    for (int i = 0; i < g->n; i++) {
        struct calling inner = { .graph = g, .layers = layers_of(g->nodes[i].config), .outer = &g->nodes[i] };

        if (is_model(inner.outer->class) && !connect_model(&inner, is_plain(inner.outer->class), e))
            return false;
    }
    return true;
}

static bool take_model(struct parsing *p, struct error *e)
{
    const char *class = json_string_value(json_object_get(p->graph->whole, "class_name"));
    const json_t *config = json_object_get(p->graph->whole, "config");

    if (!class || !is_model(class))
        return error_set(e, ERROR_INPUT,
                         "it is a model of the class %.48s, and cuvette reads Sequential and Functional ones",
                         class ? class : "?");
    p->layers = layers_of(config);
    p->graph->name = json_string_value(json_object_get(config, "name"));
    if (!take_all(p, e))
        return false;
    take_shape(p->graph, config);
    return connect_all(p, is_plain(class), config, e);
}

bool keras_graph_parse(const char *text, struct keras_graph *out, struct error *e)
{
    struct parsing p = { .graph = out };
    json_error_t reason;

    *out = (struct keras_graph){ .whole = json_loads(text, JSON_REJECT_DUPLICATES, &reason) };
    if (!out->whole)
        return error_set(e, ERROR_INPUT, "its description of the model is not whole: %s", reason.text);
    return take_model(&p, e);
}

void keras_graph_free(struct keras_graph *g)
{
    json_decref(g->whole);
    free(g->nodes);
    *g = (struct keras_graph){ .whole = NULL };
}
