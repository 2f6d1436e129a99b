/* What a published network is beside its weights: all of it follows from which one it is. */
#ifndef RUN_PUBLISHED_MODEL_H
#define RUN_PUBLISHED_MODEL_H

#include "run/model/published/published_network.h"
#include "run/model/stored_model.h"

/* Recipe, input and classes of *out, which get names where they are ImageNet's. `classes`: as many as the file's last
 * layer has; 0: it has none, and the preset's are taken. False with an error. */
bool published_model_header(const struct published_network *p, int classes, const struct model_wish *wish,
                            struct stored_model *out, struct error *e);

/* Its statistics get the normalisation that its recipe says. */
void published_model_normalise(struct stored_model *m);

/* For a network that takes blue first: its first kernel becomes one that takes red first. */
void published_model_turn_colours(struct stored_model *m);

#endif
