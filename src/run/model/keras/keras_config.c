#include "run/model/keras/keras_config.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/json_text.h"
#include "base/text.h"
#include "run/model/keras/keras_padding.h"

/* Jansson returns NULL without memory, and its functions pass a NULL on, so only the end result is checked. */
struct context {
    const struct keras_model *model;
    enum keras_form form;
    const float *statistics;
};

static json_t *pair(int first, int second)
{
    return json_pack("[i, i]", first, second);
}

/* One number for images with one channel, else a list with one for each channel. */
static json_t *per_channel(const double *values, int channels)
{
    if (channels == 1)
        return json_real(values[0]);
    json_t *list = json_array();
    for (int c = 0; c < channels; c++)
        json_array_append_new(list, json_real(values[c]));
    return list;
}

/* A normalised value is (pixel / 255 - mean) / deviation. */
static json_t *rescaling(const struct keras_layer *l, const struct context *context)
{
    const struct plan *plan = context->model->plan;
    int channels = l->op->gather.channels;
    const float *mean = context->statistics + plan->values[plan->normalisation].offset / sizeof(float);
    const float *inverse = mean + channels;
    double *scale = calloc((size_t)channels * 2, sizeof *scale), *offset = scale + channels;

    if (!scale)
        return NULL;
    for (int c = 0; c < channels; c++) {
        scale[c] = (double)inverse[c] / 255;
        offset[c] = -(double)mean[c] * (double)inverse[c];
    }
    json_t *config =
        json_pack("{s:o, s:o}", "scale", per_channel(scale, channels), "offset", per_channel(offset, channels));
    free(scale);
    return config;
}

static json_t *conv2d(const struct keras_layer *l, const struct context *context)
{
    const struct op_window *w = &l->op->window;

    (void)context;
    return json_pack("{s:i, s:o, s:o, s:s, s:s, s:o, s:s, s:b}", "filters", w->out_channels, "kernel_size",
                     pair(w->kernel_height, w->kernel_width), "strides", pair(w->stride, w->stride), "padding",
                     keras_padding_of(w).word, "data_format", "channels_last", "dilation_rate", pair(1, 1),
                     "activation", l->activation, "use_bias", l->op->in[2] != VALUE_NONE);
}

static json_t *depthwise_conv2d(const struct keras_layer *l, const struct context *context)
{
    const struct op_window *w = &l->op->window;

    (void)context;
    return json_pack("{s:o, s:o, s:s, s:i, s:s, s:o, s:s, s:b}", "kernel_size", pair(w->kernel_height, w->kernel_width),
                     "strides", pair(w->stride, w->stride), "padding", keras_padding_of(w).word, "depth_multiplier", 1,
                     "data_format", "channels_last", "dilation_rate", pair(1, 1), "activation", l->activation,
                     "use_bias", l->op->in[2] != VALUE_NONE);
}

static json_t *separable_conv2d(const struct keras_layer *l, const struct context *context)
{
    json_t *config = depthwise_conv2d(l, context);

    json_object_set_new(config, "filters", json_integer(l->joined->window.out_channels));
    json_object_set_new(config, "use_bias", json_boolean(l->joined->in[2] != VALUE_NONE));
    return config;
}

static json_t *dense(const struct keras_layer *l, const struct context *context)
{
    (void)context;
    return json_pack("{s:i, s:s, s:b}", "units", l->op->dense.outputs, "activation", l->activation, "use_bias",
                     l->op->in[2] != VALUE_NONE);
}

static json_t *zero_padding(const struct keras_layer *l, const struct context *context)
{
    const struct keras_zeros zeros = keras_padding_of(&l->op->window).zeros;

    (void)context;
    return json_pack("{s:[o, o], s:s}", "padding", pair(zeros.top, zeros.bottom), pair(zeros.left, zeros.right),
                     "data_format", "channels_last");
}

static json_t *pooling(const struct keras_layer *l, const struct context *context)
{
    const struct op_window w = l->op->window.pooled ? op_pool_window(&l->op->window) : l->op->window;

    (void)context;
    return json_pack("{s:o, s:o, s:s, s:s}", "pool_size", pair(w.kernel_height, w.kernel_width), "strides",
                     pair(w.stride, w.stride), "padding", keras_padding_of(&w).word, "data_format", "channels_last");
}

static json_t *up_sampling(const struct keras_layer *l, const struct context *context)
{
    (void)context;
    return json_pack("{s:o, s:s, s:s}", "size", pair(l->op->window.stride, l->op->window.stride), "data_format",
                     "channels_last", "interpolation", "nearest");
}

static json_t *format_alone(const struct keras_layer *l, const struct context *context)
{
    (void)l, (void)context;
    return json_pack("{s:s}", "data_format", "channels_last");
}

/* Of an image of one pixel or, flat, of a row. */
static json_t *global_pooling(const struct keras_layer *l, const struct context *context)
{
    return json_pack("{s:s, s:b}", "data_format", "channels_last", "keepdims",
                     context->model->plan->values[l->op->out[0]].rank == 4);
}

static json_t *batch_normalization(const struct keras_layer *l, const struct context *context)
{
    (void)context;
    return json_pack("{s:i, s:f, s:f, s:b, s:b}", "axis", -1, "momentum", (double)l->op->norm.momentum, "epsilon",
                     (double)l->op->norm.epsilon, "center", true, "scale", true);
}

static json_t *activation(const struct keras_layer *l, const struct context *context)
{
    (void)context;
    return json_pack("{s:s}", "activation", l->activation);
}

/* Of an upper bound: without one it is an Activation. */
static json_t *relu(const struct keras_layer *l, const struct context *context)
{
    (void)l, (void)context;
    return json_pack("{s:f, s:f, s:f}", "max_value", 6.0, "negative_slope", 0.0, "threshold", 0.0);
}

static json_t *leaky_relu(const struct keras_layer *l, const struct context *context)
{
    return json_pack("{s:f}", context->form == KERAS_FORM_H5 ? "alpha" : "negative_slope", (double)l->slope);
}

static json_t *dropout(const struct keras_layer *l, const struct context *context)
{
    (void)context;
    return json_pack("{s:f, s:n, s:n}", "rate", (double)l->op->elements.rate, "noise_shape", "seed");
}

static json_t *nothing(const struct keras_layer *l, const struct context *context)
{
    (void)l, (void)context;
    return json_object();
}

static json_t *(*const settings[KERAS_KIND_COUNT])(const struct keras_layer *l, const struct context *context) = {
#define KERAS_KIND(kind, class, begin, config) [KERAS_##kind] = config,
    KERAS_KINDS(KERAS_KIND)
#undef KERAS_KIND
};

static const char input_name[] = "input";

/* What a .keras file says of each thing in it that has a class; takes `of` over. */
static json_t *with_module(json_t *of, const char *module, const struct context *context)
{
    bool good =
        of && (context->form == KERAS_FORM_H5 || (json_object_set_new(of, "module", json_string(module)) == 0 &&
                                                  json_object_set_new(of, "registered_name", json_null()) == 0));

    if (good)
        return of;
    json_decref(of);
    return NULL;
}

static json_t *input_layer(const struct context *context)
{
    const struct shape *s = &context->model->plan->input;
    const char *shape = context->form == KERAS_FORM_H5 ? "batch_input_shape" : "batch_shape";
    json_t *input = json_pack("{s:s, s:s, s:{s:[n, i, i, i], s:s, s:b, s:s}}", "class_name", "InputLayer", "name",
                              input_name, "config", shape, s->height, s->width, s->channels, "dtype", "float32",
                              "sparse", false, "name", input_name);

    return with_module(input, "keras.layers", context);
}

static json_t *layer(const struct keras_layer *l, const struct context *context)
{
    json_t *common = json_pack("{s:s, s:b, s:s}", "name", l->name, "trainable", true, "dtype", "float32");
    json_t *config = settings[l->kind](l, context);

    if (!common || !config || json_object_update(common, config) != 0) {
        json_decref(common);
        common = NULL;
    }
    json_decref(config);
    json_t *whole =
        json_pack("{s:s, s:s, s:o}", "class_name", keras_classes[l->kind].name, "name", l->name, "config", common);
    return with_module(whole, "keras.layers", context);
}

/* [[["conv2d", 0, 0, {}], …]]: one call of the layer, on the first output of each of its inputs. */
static json_t *inbound_nodes(const struct keras_layer *l, const struct keras_model *m)
{
    json_t *call = json_array();

    if (l->n_inputs == 0)
        json_array_append_new(call, json_pack("[s, i, i, {}]", input_name, 0, 0));
    for (int i = 0; i < l->n_inputs; i++)
        json_array_append_new(call, json_pack("[s, i, i, {}]", m->layers[l->inputs[i]].name, 0, 0));
    return json_pack("[o]", call);
}

static json_t *layer_list(const struct context *context)
{
    const struct keras_model *m = context->model;
    json_t *list = json_array(), *input = input_layer(context);
    bool good = m->plain || json_object_set_new(input, "inbound_nodes", json_array()) == 0;

    good = json_array_append_new(list, input) == 0 && good;
    for (int i = 0; good && i < m->n_layers; i++) {
        const struct keras_layer *l = &m->layers[context->form == KERAS_FORM_H5 ? i : m->saved[i]];
        json_t *one = layer(l, context);

        good = m->plain || json_object_set_new(one, "inbound_nodes", inbound_nodes(l, m)) == 0;
        good = json_array_append_new(list, one) == 0 && good;
    }
    if (good)
        return list;
    json_decref(list);
    return NULL;
}

/* Keeps the letters that TensorFlow accepts in the name of a scope. */
static void plain_name(char *out, size_t size, const char *name)
{
    text_copy(out, size, name[0] ? name : "model");
    for (char *c = out; *c; c++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", *c))
            *c = '_';
}

char *keras_config(const struct keras_model *m, enum keras_form form, const char *name, const float *statistics,
                   struct error *e)
{
    const struct context context = { m, form, statistics };
    const char *last = m->layers[m->n_layers - 1].name;
    char model_name[KERAS_NAME_SIZE];
    json_t *config, *whole;

    plain_name(model_name, sizeof model_name, name);
    if (m->plain)
        config = json_pack("{s:s, s:o}", "name", model_name, "layers", layer_list(&context));
    else
        config =
            json_pack("{s:s, s:b, s:o, s:[[s, i, i]], s:[[s, i, i]]}", "name", model_name, "trainable", true, "layers",
                      layer_list(&context), "input_layers", input_name, 0, 0, "output_layers", last, 0, 0);
    whole = json_pack("{s:s, s:o}", "class_name", m->plain ? "Sequential" : "Functional", "config", config);
    whole = with_module(whole, m->plain ? "keras" : "keras.src.models.functional", &context);
    char *text = whole ? json_text(whole, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    json_decref(whole);
    if (!text)
        error_set(e, ERROR_MEMORY, "no memory for the description of a model");
    return text;
}
