#include "run/model/keras/keras_reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

bool keras_reader_put(struct keras_recipe *r, const struct keras_node *n, const char *class, const char *settings,
                      struct error *e)
{
    struct layer l = layer_new(layer_class_find(class));
    struct shape out;

    if (r->softmaxed)
        return keras_node_refuse(n, e, "it comes after a softmax, which cuvette has at the end alone");
    if (!layer_parse(&l, settings, e) || !l.class->shape(&l, r->shape, &out, e))
        return keras_node_place(n, e);
    if (shape_size(out) > INT32_MAX)
        return keras_node_refuse(n, e, "its output of %zu values an image is more than %d", shape_size(out), INT32_MAX);
    r->shape = out;
    r->last = ACTIVATION_LINEAR;
    return recipe_insert_layer(&r->recipe, r->recipe.n_layers, &l) ||
           keras_node_refuse(n, e, "cuvette's models have at most %d layers", LAYERS_MAX);
}

void keras_reader_weights(struct keras_recipe *r, const struct keras_node *n)
{
    r->origins[r->n_origins++] = (int)(n - r->graph.nodes);
}

static bool check_format(const struct keras_node *n, struct error *e)
{
    return strcmp(keras_node_text(n, "data_format", "channels_last"), "channels_last") == 0 ||
           keras_node_refuse(n, e, "its images have their channels first, and those of cuvette last");
}

bool keras_reader_zeros(struct keras_recipe *r, struct error *e)
{
    const struct keras_node *n = r->padding;
    char settings[96];

    if (!n)
        return true;
    snprintf(settings, sizeof settings, "top=%d bottom=%d left=%d right=%d", r->zeros.top, r->zeros.bottom,
             r->zeros.left, r->zeros.right);
    r->padding = NULL;
    return keras_reader_put(r, n, "zero_padding2d", settings, e);
}

static bool read_zero_padding(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    if (!check_format(n, e) || !keras_reader_zeros(r, e) || !keras_padding_read(n, &r->zeros, e))
        return false;
    r->padding = n;
    return true;
}

/* With the zeros before it. Those before a max pool are as good as none only where no value is below zero. */
static bool take_padding(struct keras_recipe *r, const struct keras_node *n, int kernel, int stride, const char **out,
                         struct error *e)
{
    bool mean = keras_node_is(n, "AveragePooling2D"), greatest = keras_node_is(n, "MaxPooling2D");
    enum padding padding;

    *out = keras_node_text(n, "padding", padding_names[PADDING_VALID]);
    if (!r->padding)
        return true;
    if (strcmp(*out, padding_names[PADDING_VALID]) != 0 || (greatest && !activation_never_negative(r->last)) ||
        !keras_padding_match(r->shape, kernel, stride, &r->zeros, mean, &padding))
        return keras_reader_zeros(r, e);
    *out = padding_names[padding];
    r->padding = NULL;
    return true;
}

/* The activation of a layer that has been put: part of its settings, or a layer of its own. */
static void note_function(struct keras_recipe *r, const struct keras_function *f)
{
    r->last = f->kind;
    r->softmaxed = f->softmax;
}

static const char *function_name(const struct keras_function *f)
{
    return activation_names[f->softmax ? ACTIVATION_LINEAR : f->kind];
}

static const char *yes(bool on)
{
    return on ? "yes" : "no";
}

/* Conv2D, DepthwiseConv2D and SeparableConv2D; the depthwise one has no filters of its own number. */
static bool read_convolution(struct keras_recipe *r, const struct keras_node *n, const char *layer, struct error *e)
{
    bool counted = !keras_node_is(n, "DepthwiseConv2D");
    int filters, kernel, stride, rate;
    struct keras_function f;
    const char *padding;
    char settings[256] = "";

    if (!check_format(n, e) || !keras_node_square(n, "filters", 0, &filters, e) ||
        !keras_node_square(n, "kernel_size", 1, &kernel, e) || !keras_node_square(n, "strides", 1, &stride, e) ||
        !keras_node_square(n, "dilation_rate", 1, &rate, e) || !keras_node_function(n, &f, e))
        return false;
    if (rate != 1 || keras_node_real(n, "groups", 1) != 1 || keras_node_real(n, "depth_multiplier", 1) != 1)
        return keras_node_refuse(n, e, "cuvette has no convolution with holes or groups, or several filters a channel");
    if (!take_padding(r, n, kernel, stride, &padding, e))
        return false;
    if (counted)
        text_append(settings, sizeof settings, "filters=%d ", filters);
    text_append(settings, sizeof settings, "kernel=%d stride=%d padding=%.32s bias=%s activation=%s", kernel, stride,
                padding, yes(keras_node_flag(n, "use_bias", true)), function_name(&f));
    if (!keras_reader_put(r, n, layer, settings, e))
        return false;
    keras_reader_weights(r, n);
    note_function(r, &f);
    return true;
}

static bool read_conv2d(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    return read_convolution(r, n, "conv2d", e);
}

static bool read_depthwise_conv2d(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    return read_convolution(r, n, "depthwise_conv2d", e);
}

static bool read_separable_conv2d(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    return read_convolution(r, n, "separable_conv2d", e);
}

static bool read_dense(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    int units;
    struct keras_function f;
    char settings[128];

    if (!keras_node_square(n, "units", 0, &units, e) || !keras_node_function(n, &f, e))
        return false;
    snprintf(settings, sizeof settings, "units=%d bias=%s activation=%s", units,
             yes(keras_node_flag(n, "use_bias", true)), function_name(&f));
    if (!keras_reader_put(r, n, "dense", settings, e))
        return false;
    keras_reader_weights(r, n);
    note_function(r, &f);
    return true;
}

static bool read_pooling(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    int size, stride;
    const char *padding;
    char settings[128];

    if (!check_format(n, e) || !keras_node_square(n, "pool_size", 2, &size, e) ||
        !keras_node_square(n, "strides", size, &stride, e) || !take_padding(r, n, size, stride, &padding, e))
        return false;
    snprintf(settings, sizeof settings, "size=%d stride=%d padding=%.32s", size, stride, padding);
    return keras_reader_put(r, n, keras_node_is(n, "MaxPooling2D") ? "maxpool2d" : "avgpool2d", settings, e);
}

static bool read_up_sampling(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    int size;
    char settings[32];

    if (!check_format(n, e) || !keras_node_square(n, "size", 2, &size, e))
        return false;
    if (strcmp(keras_node_text(n, "interpolation", "nearest"), "nearest") != 0)
        return keras_node_refuse(n, e, "cuvette repeats pixels and interpolates none");
    snprintf(settings, sizeof settings, "size=%d", size);
    return keras_reader_put(r, n, "upsample2d", settings, e);
}

static bool read_format_alone(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    return check_format(n, e) && keras_reader_put(r, n, "flatten", "", e);
}

static bool read_global_pooling(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    bool average = keras_node_is(n, "GlobalAveragePooling2D");

    if (!check_format(n, e))
        return false;
    if (keras_node_flag(n, "keepdims", false))
        return keras_node_refuse(n, e, "cuvette's gives one value a channel, and keeps no sides");
    return keras_reader_put(r, n, average ? "global_avgpool" : "global_maxpool", "", e);
}

static bool read_batch_normalization(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    double axis = -1;
    char settings[128];

    if (keras_node_numbers(n, "axis", 1, &axis) > 1 || (axis != -1 && axis != r->shape.rank))
        return keras_node_refuse(n, e, "it normalises along axis %g, and cuvette the channels, the last", axis);
    if (keras_node_flag(n, "renorm", false))
        return keras_node_refuse(n, e, "cuvette has no renorm");
    snprintf(settings, sizeof settings, "momentum=%.9g epsilon=%.9g", keras_node_real(n, "momentum", 0.99),
             keras_node_real(n, "epsilon", 1e-3));
    if (!keras_reader_put(r, n, "batch_norm", settings, e))
        return false;
    keras_reader_weights(r, n);
    return true;
}

static bool read_activation(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    struct keras_function f;
    char settings[64];

    if (!keras_node_function(n, &f, e))
        return false;
    snprintf(settings, sizeof settings, "function=%s", function_name(&f));
    if (f.kind == ACTIVATION_LEAKY_RELU)
        text_append(settings, sizeof settings, " slope=%.9g", f.slope);
    if (!f.softmax && !keras_reader_put(r, n, "activation", settings, e))
        return false;
    note_function(r, &f);
    return true;
}

static bool read_relu(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    return read_activation(r, n, e);
}

static bool read_leaky_relu(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    return read_activation(r, n, e);
}

static bool read_dropout(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    char settings[32];
    enum activation last = r->last;

    snprintf(settings, sizeof settings, "rate=%.9g", keras_node_real(n, "rate", 0));
    if (!keras_reader_put(r, n, "dropout", settings, e))
        return false;
    r->last = last;
    return true;
}

/* What joins two branches as part of a block is never come by alone. */
static bool read_nothing(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    (void)r;
    return keras_node_refuse(n, e, "cuvette adds and multiplies in blocks alone");
}

/* Of what changes images in training alone nothing is left when they are predicted. */
static bool read_pass(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    (void)r, (void)n, (void)e;
    return true;
}

static struct keras_scaling *add_scaling(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    if (r->recipe.n_layers > (r->graph.n_sides == 1) || r->n_scalings == KERAS_SCALINGS_MAX) {
        keras_node_refuse(n, e, "cuvette scales images before all other layers, and in a few steps");
        return NULL;
    }
    r->scalings[r->n_scalings].node = (int)(n - r->graph.nodes);
    return &r->scalings[r->n_scalings++];
}

/* One number, or one a channel. */
static bool take_numbers(struct keras_recipe *r, const struct keras_node *n, const char *key, double *out,
                         struct error *e)
{
    int count = keras_node_numbers(n, key, KERAS_CHANNELS_MAX, out);

    if (count != 1 && count != r->shape.channels)
        return keras_node_refuse(n, e, "its %s has %d numbers, and its images %d channels", key, count,
                                 r->shape.channels);
    for (int c = 1; count == 1 && c < r->shape.channels; c++)
        out[c] = out[0];
    return true;
}

static bool read_rescaling(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    struct keras_scaling *s = add_scaling(r, n, e);

    return s && take_numbers(r, n, "scale", s->scale, e) &&
           (!keras_node_has(n, "offset") || take_numbers(r, n, "offset", s->offset, e));
}

/* Keras divides by 1e-7 at least. */
void keras_reader_normalise(struct keras_scaling *s, int channels, const double *mean, const double *variance)
{
    for (int c = 0; c < channels; c++) {
        double deviation = fmax(sqrt(variance[c]), 1e-7);

        s->scale[c] = s->invert ? deviation : 1 / deviation;
        s->offset[c] = s->invert ? mean[c] : -mean[c] / deviation;
    }
}

static bool read_normalization(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    struct keras_scaling *s = add_scaling(r, n, e);
    double mean[KERAS_CHANNELS_MAX], variance[KERAS_CHANNELS_MAX];

    if (!s)
        return false;
    s->invert = keras_node_flag(n, "invert", false);
    s->adapted = !keras_node_has(n, "mean");
    if (s->adapted)
        return true;
    if (!take_numbers(r, n, "mean", mean, e) || !take_numbers(r, n, "variance", variance, e))
        return false;
    keras_reader_normalise(s, r->shape.channels, mean, variance);
    return true;
}

static bool read_reshape(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    const struct shape s = r->shape;
    double to[3] = { 0 };
    int count = keras_node_numbers(n, "target_shape", 3, to);
    bool same = s.rank == 3 && to[0] == s.height && to[1] == s.width &&
                ((count == 3 && to[2] == s.channels) || (count == 2 && s.channels == 1));

    if (same)
        return true;
    if (count == 1 && (to[0] == -1 || to[0] == (double)shape_size(s)))
        return keras_reader_put(r, n, "flatten", "", e);
    return keras_node_refuse(n, e, "of all changes of shape cuvette has flatten alone");
}

/* What reads a layer of each class. */
static const struct reader {
    const char *class;
    bool (*read)(struct keras_recipe *r, const struct keras_node *n, struct error *e);
} readers[] = {
#define KERAS_KIND(kind, class, begin, config) { class, read_##config },
    KERAS_KINDS(KERAS_KIND)
#undef KERAS_KIND
        { "Softmax", read_activation },
    { "Normalization", read_normalization },
    { "Reshape", read_reshape },
    /* Models in the model, whose layers are nodes, too. */
    { "Sequential", read_pass },
    { "Functional", read_pass },
    { "Model", read_pass },
    { "RandomFlip", read_pass },
    { "RandomRotation", read_pass },
    { "RandomZoom", read_pass },
    { "RandomTranslation", read_pass },
    { "RandomContrast", read_pass },
    { "RandomBrightness", read_pass },
    { "GaussianNoise", read_pass },
    { "GaussianDropout", read_pass },
    { "SpatialDropout2D", read_pass },
};

static const struct reader *reader_of(const struct keras_node *n)
{
    for (size_t i = 0; i < sizeof readers / sizeof *readers; i++)
        if (keras_node_is(n, readers[i].class))
            return &readers[i];
    return NULL;
}

bool keras_reader_knows(const struct keras_node *n)
{
    return reader_of(n);
}

static bool takes_zeros(const struct keras_node *n)
{
    return keras_node_is(n, "Conv2D") || keras_node_is(n, "DepthwiseConv2D") || keras_node_is(n, "SeparableConv2D") ||
           keras_node_is(n, "MaxPooling2D") || keras_node_is(n, "AveragePooling2D");
}

bool keras_reader_read(struct keras_recipe *r, const struct keras_node *n, struct error *e)
{
    if (!takes_zeros(n) && !keras_reader_zeros(r, e))
        return false;
    return reader_of(n)->read(r, n, e);
}
