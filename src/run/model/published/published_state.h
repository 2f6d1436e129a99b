/* Networks that others published, as state dicts of PyTorch's in safetensors files: weights and names, nothing else. */
#ifndef RUN_PUBLISHED_STATE_H
#define RUN_PUBLISHED_STATE_H

#include "run/model/stored_model.h"
#include "run/model/torch/safetensors.h"

/* Makes a model of one, for as many classes as its last layer has. False with an error that says which networks are
 * known, or what it lacks to be one; what was made by then is the caller's to free. */
bool published_state_model(const char *path, const struct safetensors *file, const struct model_wish *wish,
                           struct stored_model *out, struct error *e);

struct published_network;
struct state_dict;

/* The arrays of a header's plan as the network calls them, behind a prefix, "" or "module.", and flattened as PyTorch
 * does it. False with an error: the layers with weights are not as many as there are names. */
bool published_state_rename(const struct published_network *p, const struct model_header *h, const char *prefix,
                            struct state_dict *d, struct error *e);

#endif
