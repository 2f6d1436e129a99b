/* A plan's weights as PyTorch names and lays them out in a state dict: "conv2d_1.weight", where a module is called as
 * Keras calls the layer, and kernels are (out, in, height, width) and (out, in). */
#ifndef RUN_STATE_DICT_H
#define RUN_STATE_DICT_H

#include "nn/plan/plan.h"
#include "nn/recipe/recipe.h"
#include "run/model/torch/safetensors.h"

enum { STATE_NAME_SIZE = 80 };

struct state_array {
    char name[STATE_NAME_SIZE];
    int rank, dims[TENSOR_RANK_MAX]; /* as PyTorch has them */
    int pixels; /* of a dense layer's weights: of the image that its inputs are, where that is flattened channel by
                   channel, as PyTorch does it; else 0: pixel by pixel, as here */
    enum arena arena;                /* PARAMETERS or STATISTICS */
    size_t first, count;             /* floats, from the arena's start */
    int layer, module;               /* of the recipe; of those with arrays, from 0 */
};

struct state_dict {
    int n;
    struct state_array *arrays; /* in the order of the plan */
};

/* Of a recipe's plan. False with an error; state_dict_free() it in either case. */
bool state_dict_make(const struct recipe *r, const struct plan *plan, struct state_dict *out, struct error *e);
void state_dict_free(struct state_dict *d); /* harmless on a zeroed one */

/* From a plan's order to PyTorch's and back; [count] each, not the same memory. */
void state_array_turn_out(const struct state_array *a, const float *plan, float *torch);
void state_array_turn_in(const struct state_array *a, const float *torch, float *plan);

#endif
