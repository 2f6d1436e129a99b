#include "run/model/keras/keras_activation.h"

#include <string.h>

enum { WORDS_MAX = 2 };

/* Leaky ReLU has a slope, which no word says, and only Keras 3 has a word for ReLU6. */
static const struct {
    enum keras_kind kind;
    const char *words[WORDS_MAX]; /* the first is the one that is written */
} rows[] = {
    [ACTIVATION_LINEAR] = { KERAS_ACTIVATION, { "linear" } },
    [ACTIVATION_RELU] = { KERAS_ACTIVATION, { "relu" } },
    [ACTIVATION_RELU6] = { KERAS_RELU, { "relu6" } },
    [ACTIVATION_LEAKY_RELU] = { KERAS_LEAKY_RELU, { "leaky_relu" } },
    [ACTIVATION_SIGMOID] = { KERAS_ACTIVATION, { "sigmoid" } },
    [ACTIVATION_TANH] = { KERAS_ACTIVATION, { "tanh" } },
    [ACTIVATION_GELU] = { KERAS_ACTIVATION, { "gelu" } },
    [ACTIVATION_SILU] = { KERAS_ACTIVATION, { "swish", "silu" } }, /* Keras 2 has the first alone */
    [ACTIVATION_HARD_SWISH] = { KERAS_ACTIVATION, { "hard_silu", "hard_swish" } },
};
_Static_assert(sizeof rows / sizeof *rows == ACTIVATIONS_COUNT, "an activation has no row here");

enum keras_kind keras_activation_kind(enum activation a)
{
    return rows[a].kind;
}

const char *keras_activation_word(enum activation a)
{
    return rows[rows[a].kind == KERAS_ACTIVATION ? a : ACTIVATION_LINEAR].words[0];
}

bool keras_activation_find(const char *word, enum activation *out)
{
    for (int a = 0; a < ACTIVATIONS_COUNT; a++)
        for (int i = 0; i < WORDS_MAX && rows[a].words[i]; i++)
            if (strcmp(rows[a].words[i], word) == 0) {
                *out = (enum activation)a;
                return true;
            }
    return false;
}
