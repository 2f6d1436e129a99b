/* How Keras says each activation: by a word, or by a layer of its own where no word says all. */
#ifndef RUN_KERAS_ACTIVATION_H
#define RUN_KERAS_ACTIVATION_H

#include <stdbool.h>

#include "nn/plan/activation.h"
#include "run/model/keras/keras_layers.h"

/* The layer that is this activation and nothing else: KERAS_ACTIVATION where it goes by a word. */
enum keras_kind keras_activation_kind(enum activation a);

/* The word in a layer's setting `activation`, which Keras 2 and 3 know if they have the function; "linear" where the
 * activation is a layer of its own. */
const char *keras_activation_word(enum activation a);

/* What a word means: Keras's own, those of its older versions and their synonyms. False: cuvette has no such one. */
bool keras_activation_find(const char *word, enum activation *out);

#endif
