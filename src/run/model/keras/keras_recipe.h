/* A recipe of a model that Keras describes: the layers that cuvette has too, residual blocks put together, and scaling
 * layers as normalisation. What cuvette has not is refused with its place. */
#ifndef RUN_KERAS_RECIPE_H
#define RUN_KERAS_RECIPE_H

#include "run/model/keras/keras_reader.h"
#include "run/model/stored_model.h"

/* `wish` may say the input. False with an error; keras_recipe_free() it in either case. */
bool keras_recipe_make(const char *config, const struct model_wish *wish, struct keras_recipe *out, struct error *e);
void keras_recipe_free(struct keras_recipe *r); /* harmless on a zeroed one */

#endif
