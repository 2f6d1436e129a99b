#include "run/model/keras_graph.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/memory.h"

enum { NODES_MAX = 2048, NO_NODE = -2 };

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

static int count_alike(const struct keras_graph *g, const struct keras_node *n)
{
    int count = 0;

    for (int i = 0; i < g->n; i++)
        count += strcmp(g->nodes[i].class, n->class) == 0;
    return count;
}

static bool take_layers(struct parsing *p, struct error *e)
{
    struct keras_graph *g = p->graph;
    const json_t *layer;
    size_t i;

    g->nodes = memory_new(json_array_size(p->layers), sizeof *g->nodes, e);
    if (!g->nodes)
        return false;
    json_array_foreach(p->layers, i, layer)
    {
        struct keras_node *n = &g->nodes[g->n];

        n->class = json_string_value(json_object_get(layer, "class_name"));
        n->name = name_of(layer);
        n->config = json_object_get(layer, "config");
        if (!n->class || !n->name || !json_is_object(n->config))
            return wrong(e, "has a layer without class, name or settings");
        if (is_input(layer) || i == 0)
            take_shape(g, n->config);
        p->inputs += is_input(layer);
        n->position = g->n + 1;
        n->number = count_alike(g, n);
        g->n += !is_input(layer);
    }
    return (g->n > 0 || wrong(e, "has no layers")) && (p->inputs <= 1 || wrong(e, "has several inputs, not one"));
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

/* The node, NODE_OF_INPUT or NO_NODE. */
static int find(const struct parsing *p, const char *name)
{
    const json_t *layer;
    size_t i;

    for (int k = 0; k < p->graph->n; k++)
        if (strcmp(p->graph->nodes[k].name, name) == 0)
            return k;
    json_array_foreach(p->layers, i, layer) if (is_input(layer) && name_of(layer) &&
                                                strcmp(name_of(layer), name) == 0) return NODE_OF_INPUT;
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

struct calling {
    struct parsing *parsing;
    int to;
};

static bool call_input(void *context, const char *name, struct error *e)
{
    const struct calling *c = context;
    int from = find(c->parsing, name);

    if (from == NO_NODE)
        return keras_node_refuse(&c->parsing->graph->nodes[c->to], e,
                                 "it takes the output of %.48s, which is not there", name);
    connect(c->parsing->graph, from, c->to);
    return true;
}

static bool call_output(void *context, const char *name, struct error *e)
{
    const struct calling *c = context;
    struct keras_graph *g = c->parsing->graph;

    if (g->output != NO_NODE)
        return wrong(e, "has several outputs, not one");
    g->output = find(c->parsing, name);
    return g->output >= 0 || wrong(e, "has an output that none of its layers gives");
}

static bool connect_functional(struct parsing *p, const json_t *config, struct error *e)
{
    struct keras_graph *g = p->graph;
    struct calling calling = { p, 0 };
    const json_t *layer;
    size_t i;

    g->output = NO_NODE;
    json_array_foreach(p->layers, i, layer)
    {
        const json_t *calls = json_object_get(layer, "inbound_nodes");
        const struct keras_node *n = &g->nodes[calling.to];

        if (is_input(layer))
            continue;
        if (json_array_size(calls) != 1)
            return keras_node_refuse(n, e, "it is used %zu times, and cuvette's layers once", json_array_size(calls));
        if (!collect_calls(calls, call_input, &calling, e))
            return false;
        calling.to++;
    }
    return collect_calls(json_object_get(config, "output_layers"), call_output, &calling, e) &&
           (g->output >= 0 || wrong(e, "has no output"));
}

static bool connect_sequential(struct parsing *p)
{
    for (int i = 0; i < p->graph->n; i++)
        connect(p->graph, i - 1, i);
    p->graph->output = p->graph->n - 1;
    return true;
}

static bool take_model(struct parsing *p, struct error *e)
{
    const char *class = json_string_value(json_object_get(p->graph->whole, "class_name"));
    const json_t *config = json_object_get(p->graph->whole, "config");
    bool plain = class && strcmp(class, "Sequential") == 0;

    if (!plain && !(class && (strcmp(class, "Functional") == 0 || strcmp(class, "Model") == 0)))
        return error_set(e, ERROR_INPUT,
                         "it is a model of the class %.48s, and cuvette reads Sequential and Functional ones",
                         class ? class : "?");
    p->layers = json_is_array(config) ? config : json_object_get(config, "layers"); /* old Keras: a bare list */
    p->graph->name = json_string_value(json_object_get(config, "name"));
    if (json_array_size(p->layers) < 1 || json_array_size(p->layers) > NODES_MAX)
        return wrong(e, "has no list of layers, or a very long one");
    if (!take_layers(p, e))
        return false;
    take_shape(p->graph, config);
    return plain ? connect_sequential(p) : connect_functional(p, config, e);
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
