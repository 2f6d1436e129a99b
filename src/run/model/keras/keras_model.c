#include "run/model/keras/keras_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "run/model/keras/keras_activation.h"
#include "run/model/keras/keras_padding.h"

/* An operation can become four layers: itself, a Flatten or zeros before it, and an activation and a pool after it. */
enum { LAYERS_AN_OPERATION = 4, NOBODY = -1 };

struct building {
    const struct recipe *recipe;
    struct keras_model *model;
    int *producer;               /* [n_values]: position of the layer that outputs a value, or NOBODY */
    int named[KERAS_KIND_COUNT]; /* how many layers of a kind there are */
};

/* As Keras names them: "conv2d" first, then "conv2d_1". */
static void make_name(struct building *b, struct keras_layer *l)
{
    int number = b->named[l->kind]++;

    text_copy(l->name, sizeof l->name, keras_classes[l->kind].begin);
    if (number > 0)
        text_append(l->name, sizeof l->name, "_%d", number);
}

/* Appends a layer and returns it, without inputs. */
static struct keras_layer *add_layer(struct building *b, enum keras_kind kind, const struct op *op)
{
    struct keras_layer *l = &b->model->layers[b->model->n_layers++];

    *l = (struct keras_layer){ .kind = kind, .op = op, .activation = keras_activation_word(ACTIVATION_LINEAR) };
    make_name(b, l);
    return l;
}

static int position_of(const struct building *b, const struct keras_layer *l)
{
    return (int)(l - b->model->layers);
}

/* The layer that outputs a value. A value that is another one seen as a row is the output of a Flatten. */
static int find_producer(struct building *b, value v)
{
    const struct plan_value *values = b->model->plan->values;

    if (b->producer[v] != NOBODY)
        return b->producer[v];
    value base = values[v].alias;
    int from = find_producer(b, base);
    if (values[v].rank != values[base].rank) {
        struct keras_layer *flatten = add_layer(b, KERAS_FLATTEN, NULL);

        flatten->inputs[flatten->n_inputs++] = from;
        from = position_of(b, flatten);
    }
    return b->producer[v] = from;
}

/* A whole parameter, or one row of a statistic. */
static void add_weight(struct building *b, struct keras_layer *l, const char *name, value v, int row)
{
    const struct plan_value *place = plan_place(b->model->plan, v);
    struct keras_weight *w = &l->weights[l->n_weights++];
    bool whole = place->arena == ARENA_PARAMETERS;

    *w = (struct keras_weight){
        .name = name,
        .rank = whole ? place->rank : 1,
        .arena = place->arena,
        .first = place->offset / sizeof(float),
        .count = whole ? plan_value_count(place) : (size_t)place->dims[1],
    };
    memcpy(w->dims, whole ? place->dims : place->dims + 1, (size_t)w->rank * sizeof *w->dims);
    w->first += (size_t)row * w->count;
}

static void add_weights(struct building *b, struct keras_layer *l, const struct keras_rule *rule, const struct op *op)
{
    for (int i = 0; i < KERAS_WEIGHTS && rule->weights[i].name; i++)
        if (op->in[rule->weights[i].operand] != VALUE_NONE)
            add_weight(b, l, rule->weights[i].name, op->in[rule->weights[i].operand], rule->weights[i].row);
}

/* A word of the layer's, or a layer of its own behind it. */
static int add_activation(struct building *b, int at, const struct op *op, enum activation a, float slope)
{
    struct keras_layer *l = &b->model->layers[at];
    enum keras_kind kind = keras_activation_kind(a);

    l->activation = keras_activation_word(a);
    if (kind == KERAS_ACTIVATION)
        return at;
    if (l->kind != kind) {
        l = add_layer(b, kind, op);
        l->inputs[l->n_inputs++] = at;
    }
    l->slope = slope;
    return position_of(b, l);
}

static int add_activation_of(struct building *b, int at, const struct op *op)
{
    switch (op->kind) {
    case OP_CONV2D:
    case OP_DEPTHWISE_CONV2D:
        return add_activation(b, at, op, op->window.activation, op->window.slope);
    case OP_DENSE:
        return add_activation(b, at, op, op->dense.activation, op->dense.slope);
    case OP_ACTIVATION:
        return add_activation(b, at, op, op->elements.activation, op->elements.slope);
    default:
        return at;
    }
}

static int add_pool_of(struct building *b, int at, const struct op *op)
{
    if (op->kind != OP_CONV2D || !op->window.pooled)
        return at;

    struct keras_layer *l = add_layer(b, KERAS_MAX_POOLING, op);

    l->inputs[l->n_inputs++] = at;
    return position_of(b, l);
}

/* The model file has no loss, but the softmax in it: the last Dense computes it, or a layer after the last. */
static void add_softmax(struct building *b, value logits)
{
    int from = find_producer(b, logits);
    struct keras_layer *l = &b->model->layers[from];

    if (l->kind != KERAS_DENSE || strcmp(l->activation, keras_activation_word(ACTIVATION_LINEAR)) != 0) {
        l = add_layer(b, KERAS_ACTIVATION, NULL);
        l->inputs[l->n_inputs++] = from;
    }
    l->activation = "softmax";
}

static bool cannot_be_saved(const struct building *b, const struct op *op, struct error *e)
{
    if (op->layer < 0)
        return error_set(e, ERROR_INPUT, "Keras's model files have nothing for the operation %s", op_name(op->kind));
    return error_set(e, ERROR_INPUT,
                     "layer %d (%s) cannot be saved in Keras's format, which has nothing for its operation %s",
                     op->layer + 1, b->recipe->layers[op->layer].class->name, op_name(op->kind));
}

/* Does a layer give nothing below zero, so that a zero beside it never is the greatest value? */
static bool never_negative(const struct building *b, int at)
{
    const struct keras_layer *l = &b->model->layers[at];
    enum activation a;

    switch (l->kind) {
    case KERAS_DROPOUT:
    case KERAS_UP_SAMPLING:
    case KERAS_ZERO_PADDING:
    case KERAS_MAX_POOLING:
    case KERAS_AVERAGE_POOLING:
        return never_negative(b, l->inputs[0]);
    case KERAS_RELU:
        return true;
    default:
        return keras_activation_find(l->activation, &a) && activation_never_negative(a);
    }
}

/* The zeros before a window that Keras has no word for. */
static bool add_zeros_of(struct building *b, const struct op *op, int *from, struct error *e)
{
    bool window = op->kind == OP_CONV2D || op->kind == OP_DEPTHWISE_CONV2D || op->kind == OP_MAX_POOL ||
                  op->kind == OP_AVERAGE_POOL;

    if (!window || !keras_padding_of(&op->window).padded)
        return true;
    if (op->kind == OP_MAX_POOL && !never_negative(b, *from))
        return error_set(e, ERROR_INPUT,
                         "layer %d (%s) cannot be saved in Keras's format: its zeros in place of padding half would be "
                         "greater than values below 0: put a ReLU before it, or take padding same",
                         op->layer + 1, b->recipe->layers[op->layer].class->name);
    struct keras_layer *l = add_layer(b, KERAS_ZERO_PADDING, op);
    l->inputs[l->n_inputs++] = *from;
    *from = position_of(b, l);
    return true;
}

/* An operation that ends the layer at `at`. */
static void join(struct building *b, int at, const struct keras_rule *rule, const struct op *op)
{
    b->model->layers[at].joined = op;
    add_weights(b, &b->model->layers[at], rule, op);
    b->producer[op->out[0]] = add_pool_of(b, add_activation_of(b, at, op), op);
}

static bool add_layers_of(struct building *b, const struct op *op, struct error *e)
{
    const struct keras_rule *rule =
        op->layer >= 0 ? keras_layers_find(b->recipe->layers[op->layer].class, op->kind) : NULL;
    int inputs[KERAS_INPUTS];

    if (!rule)
        return cannot_be_saved(b, op, e);
    for (int i = 0; i < rule->images; i++)
        inputs[i] = find_producer(b, op->in[i]);
    if (rule->joins) {
        join(b, inputs[0], rule, op);
        return true;
    }
    if (rule->kind != KERAS_ZERO_PADDING && !add_zeros_of(b, op, inputs, e))
        return false;
    bool function = op->kind == OP_ACTIVATION;
    struct keras_layer *l =
        add_layer(b, function ? keras_activation_kind(op->elements.activation) : rule->kind, op);
    l->n_inputs = rule->images;
    memcpy(l->inputs, inputs, (size_t)rule->images * sizeof *inputs);
    add_weights(b, l, rule, op);
    b->producer[op->out[0]] = add_pool_of(b, add_activation_of(b, position_of(b, l), op), op);
    return true;
}

static bool add_operation(struct building *b, const struct op *op, struct error *e)
{
    switch (op->kind) {
    case OP_GATHER:
        b->producer[op->out[0]] = position_of(b, add_layer(b, KERAS_RESCALING, op));
        return true;
    case OP_RETOUCH: /* of training alone: an image that is predicted goes past it */
    case OP_MIX:
        b->producer[op->out[0]] = b->producer[op->in[0]];
        return true;
    case OP_SOFTMAX_LOSS:
        add_softmax(b, op->in[0]);
        return true;
    case OP_SPREAD_MOMENTS: /* between ranks, in training alone */
    case OP_ALL_REDUCE:
    case OP_AWAIT:
    case OP_MERGE_MOMENTS: return true;
    default:
        return add_layers_of(b, op, e);
    }
}

static bool is_plain(const struct keras_model *m)
{
    for (int i = 1; i < m->n_layers; i++)
        if (m->layers[i].n_inputs != 1 || m->layers[i].inputs[0] != i - 1)
            return false;
    return true;
}

/* Keras orders the layers of a branched model by their distance from the output, the farthest first. Layers at the same
 * distance are in the order in which they are reached from the output, first inputs first, which is the order of the
 * plan. */
static bool order_saved(struct keras_model *m, struct error *e)
{
    int *distance = memory_new((size_t)m->n_layers, sizeof *distance, e), count = 0;

    m->saved = memory_new((size_t)m->n_layers, sizeof *m->saved, e);
    if (!distance || !m->saved) {
        free(distance);
        return false;
    }
    for (int i = m->n_layers - 1; i >= 0; i--)
        for (int k = 0; k < m->layers[i].n_inputs; k++) {
            int *of_input = &distance[m->layers[i].inputs[k]];

            *of_input = int_max(*of_input, distance[i] + 1);
        }
    for (int d = m->n_layers - 1; d >= 0; d--)
        for (int i = 0; i < m->n_layers; i++)
            if (distance[i] == d)
                m->saved[count++] = i;
    free(distance);
    return true;
}

static int length_of(const struct plan *plan, enum span span)
{
    return plan->spans[span].end - plan->spans[span].first;
}

static bool add_operations(struct building *b, enum span span, struct error *e)
{
    const struct plan *plan = b->model->plan;

    for (int i = plan->spans[span].first; i < plan->spans[span].end; i++)
        if (!add_operation(b, &plan->ops[i], e))
            return false;
    return true;
}

/* Frozen layers that are apart come first: what follows takes what they made. */
static bool add_frozen(struct building *b, struct error *e)
{
    const struct plan *plan = b->model->plan;

    if (plan->features == VALUE_NONE)
        return true;
    if (!add_operations(b, SPAN_FEATURES, e))
        return false;
    b->producer[plan->features] = find_producer(b, plan->made);
    return true;
}

static bool build(struct keras_model *m, const struct recipe *recipe, struct error *e)
{
    const struct plan *plan = m->plan;
    /* Only the list to train with has dropout. */
    enum span span = length_of(plan, SPAN_FORWARD) > 0 ? SPAN_FORWARD : SPAN_EVALUATE;
    size_t operations = (size_t)(length_of(plan, SPAN_FEATURES) + length_of(plan, span));
    struct building b = { .recipe = recipe,
                          .model = m,
                          .producer = memory_new((size_t)plan->n_values, sizeof *b.producer, e) };
    bool good = b.producer;

    m->layers = good ? memory_new(operations * LAYERS_AN_OPERATION, sizeof *m->layers, e) : NULL;
    good = m->layers;
    for (int v = 0; good && v < plan->n_values; v++)
        b.producer[v] = NOBODY;
    good = good && add_frozen(&b, e) && add_operations(&b, span, e);
    free(b.producer);
    m->plain = good && is_plain(m);
    return good && order_saved(m, e);
}

struct keras_model *keras_model_new(const struct recipe *recipe, const struct plan *plan, struct error *e)
{
    struct keras_model *m = memory_new(1, sizeof *m, e);

    if (!m)
        return NULL;
    m->plan = plan;
    if (build(m, recipe, e))
        return m;
    keras_model_free(m);
    return NULL;
}

void keras_model_free(struct keras_model *m)
{
    if (!m)
        return;
    free(m->layers);
    free(m->saved);
    free(m);
}
