#include "run/model/keras/keras_node.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "run/model/keras/keras_activation.h"

bool keras_node_place(const struct keras_node *n, struct error *e)
{
    return error_context(e, "layer %d, %.48s (%.48s)", n->position, n->name, n->class);
}

bool keras_node_refuse(const struct keras_node *n, struct error *e, const char *format, ...)
{
    char text[sizeof e->text];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    error_set(e, ERROR_INPUT, "%s", text);
    return keras_node_place(n, e);
}

bool keras_node_is(const struct keras_node *n, const char *class)
{
    return strcmp(n->class, class) == 0;
}

bool keras_node_has(const struct keras_node *n, const char *key)
{
    const json_t *there = json_object_get(n->config, key);

    return there && !json_is_null(there);
}

static bool whole_number(const json_t *from, int *out)
{
    json_int_t number = json_integer_value(from);

    *out = (int)number;
    return json_is_integer(from) && number >= 0 && number <= INT_MAX;
}

bool keras_node_square(const struct keras_node *n, const char *key, int preset, int *out, struct error *e)
{
    const json_t *there = json_object_get(n->config, key);
    int height, width;

    *out = preset;
    if (!there || json_is_null(there) || whole_number(there, out))
        return true;
    if (json_array_size(there) != 2 || !whole_number(json_array_get(there, 0), &height) ||
        !whole_number(json_array_get(there, 1), &width))
        return keras_node_refuse(n, e, "its %s is not a number of rows and one of columns", key);
    *out = height;
    return height == width || keras_node_refuse(n, e, "its %s is %dx%d, and cuvette takes squares", key, height, width);
}

bool keras_node_flag(const struct keras_node *n, const char *key, bool preset)
{
    const json_t *there = json_object_get(n->config, key);

    return json_is_boolean(there) ? json_is_true(there) : preset;
}

double keras_node_real(const struct keras_node *n, const char *key, double preset)
{
    const json_t *there = json_object_get(n->config, key);

    return json_is_number(there) ? json_number_value(there) : preset;
}

const char *keras_node_text(const struct keras_node *n, const char *key, const char *preset)
{
    const json_t *there = json_object_get(n->config, key);

    return json_is_string(there) ? json_string_value(there) : preset;
}

/* Adds to `found` of them. Keras 3 has arrays as {"class_name": "__numpy__", "config": {"value": […]}}, too. */
static int collect(const json_t *from, int found, int size, double *out)
{
    const json_t *one;
    const char *key;
    size_t i;

    if (json_is_number(from)) {
        if (found < size)
            out[found] = json_number_value(from);
        return found + 1;
    }
    json_array_foreach(from, i, one) found = collect(one, found, size, out);
    json_object_foreach((json_t *)from, key, one) found = collect(one, found, size, out);
    return found;
}

int keras_node_numbers(const struct keras_node *n, const char *key, int size, double *out)
{
    return collect(json_object_get(n->config, key), 0, size, out);
}

/* Keras's word, or {"class_name": "function", "config": "relu"} with it. */
static const char *word_of(const json_t *activation)
{
    const json_t *config = json_object_get(activation, "config");

    if (json_is_string(activation))
        return json_string_value(activation);
    return json_is_string(config) ? json_string_value(config)
                                  : json_string_value(json_object_get(activation, "class_name"));
}

static bool take_word(const struct keras_node *n, const char *word, struct keras_function *out, struct error *e)
{
    out->softmax = strcmp(word, "softmax") == 0;
    return out->softmax || keras_activation_find(word, &out->kind) ||
           keras_node_refuse(n, e, "cuvette has no activation %.48s", word);
}

/* Keras's ReLU is three functions in one. */
static bool take_relu(const struct keras_node *n, struct keras_function *out, struct error *e)
{
    bool bounded = keras_node_has(n, "max_value");

    out->slope = keras_node_real(n, "negative_slope", 0);
    if (keras_node_real(n, "threshold", 0) != 0 ||
        (bounded && (keras_node_real(n, "max_value", 0) != 6 || out->slope != 0)))
        return keras_node_refuse(n, e, "cuvette has no ReLU with a threshold, and no upper bound but that of ReLU6");
    out->kind = bounded ? ACTIVATION_RELU6 : out->slope == 0 ? ACTIVATION_RELU : ACTIVATION_LEAKY_RELU;
    return true;
}

bool keras_node_function(const struct keras_node *n, struct keras_function *out, struct error *e)
{
    const json_t *activation = json_object_get(n->config, "activation");

    *out = (struct keras_function){ .kind = ACTIVATION_LINEAR, .slope = (double)LEAKY_SLOPE };
    if (keras_node_is(n, "ReLU"))
        return take_relu(n, out, e);
    if (keras_node_is(n, "LeakyReLU")) {
        out->kind = ACTIVATION_LEAKY_RELU;
        out->slope = keras_node_real(n, "negative_slope", keras_node_real(n, "alpha", 0.3));
        return true;
    }
    if (keras_node_is(n, "Softmax")) {
        out->softmax = true;
        return true;
    }
    if (!activation || json_is_null(activation))
        return true;
    const char *word = word_of(activation);

    return word ? take_word(n, word, out, e) : keras_node_refuse(n, e, "its activation has no name");
}
