/* A layer is a class and knows no device: fields, shape inference, and `emit`, which writes forward operations into
 * a plan. One file a class (layer_conv2d.c …) and one row of LAYERS. */
#ifndef NN_LAYER_H
#define NN_LAYER_H

#include "base/field.h"
#include "nn/plan/plan_builder.h"
#include "nn/plan/shape.h"

/* The names in recipes, in the order of the list to choose from: each is a layer_NAME of its own, and has a row in
 * Keras's files (run/model/keras/keras_layers.h). */
#define LAYERS(X) \
    X(conv2d) \
    X(depthwise_conv2d) \
    X(separable_conv2d) \
    X(zero_padding2d) \
    X(residual) \
    X(bottleneck) \
    X(inverted_residual) \
    X(squeeze_excite) \
    X(maxpool2d) \
    X(avgpool2d) \
    X(global_maxpool) \
    X(global_avgpool) \
    X(batch_norm) \
    X(layer_scale) \
    X(activation) \
    X(dropout) \
    X(upsample2d) \
    X(flatten) \
    X(dense)

enum { LAYERS_MAX = 256, LAYER_SETTINGS_SIZE = 64 };

struct layer_class;

/* A layer in a recipe: a plain value, copied by assignment. */
struct layer {
    const struct layer_class *class;
    _Alignas(8) unsigned char settings[LAYER_SETTINGS_SIZE]; /* the class's own settings struct */
};

struct layer_class {
    const char *name;     /* in recipes: "conv2d" */
    const char *category; /* in the add-layer list: "convolution", "pooling", … */
    const char *help;
    struct field_table fields;
    /* Shape of the output; the error says what the layer needs, the caller adds which layer. */
    bool (*shape)(const struct layer *l, struct shape in, struct shape *out, struct error *e);
    /* `in` has the shape that `shape` accepted. Returns the output. */
    value (*emit)(const struct layer *l, struct plan_builder *b, value in);
    /* One short line for the panel: "32 3x3 relu" (× for x when `unicode`). */
    void (*summary)(const struct layer *l, bool unicode, char *out, size_t size);
};

/* The fields of a class whose settings are a `type`; settings that are too large do not compile. */
#define LAYER_FIELDS(type, table) \
    { .fields = (table), \
      .count = (int)(sizeof(table) / sizeof(table)[0] + \
                     FIELD_CHECKED(sizeof(type) <= LAYER_SETTINGS_SIZE, "settings larger than LAYER_SETTINGS_SIZE")) }

#define LAYER(name) extern const struct layer_class layer_##name;
LAYERS(LAYER)
#undef LAYER

/* Begins the definition of a class, `LAYER_CLASS(dense) = { … };`: one without a row above does not compile. */
#define LAYER_CLASS(name) \
    _Static_assert(sizeof layer_##name > 0, "layer_" #name " has no row in LAYERS, nn/layers/layer.h"); \
    const struct layer_class layer_##name

extern const struct layer_class *const layer_classes[]; /* ends with NULL */

const struct layer_class *layer_class_find(const char *name);
struct layer layer_new(const struct layer_class *class); /* with preset settings */

/* "filters=32 kernel=3 activation=relu" over what is there; the error names the field. */
bool layer_parse(struct layer *l, const char *text, struct error *e);
void layer_format(const struct layer *l, char *out, size_t size); /* only what differs from the presets */
void layer_summary(const struct layer *l, bool unicode, char *out, size_t size);

#endif
