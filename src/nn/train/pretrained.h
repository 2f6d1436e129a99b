/* Another model's weights, which a run begins with as far as its layers are the same. */
#ifndef NN_PRETRAINED_H
#define NN_PRETRAINED_H

#include "nn/plan/plan.h"
#include "nn/recipe/recipe.h"

struct pretrained {
    struct recipe recipe;           /* of the other model; its layers alone count */
    struct plan *plan;              /* of that; NULL: there is no other model */
    float *parameters, *statistics; /* whole arenas of it, normalisation and moving means included */
    const char *doubt;              /* which of several models it was taken for, as a sentence; NULL: there is none */
    bool pixels_assumed;            /* neither its file nor the recipe says what its network takes: 0 to 1 */
    char name[64];                  /* of its file, for words; foreign text: sanitise */
};

void pretrained_free(struct pretrained *p); /* harmless on a zeroed one */

/* Compares the layers that have weights, in order, by kind and by the shape of each array. The last one, if dense, may
 * have other outputs, or is not looked at where the recipe wants a new one: then *head_new. Layers without weights may
 * be others. False with an error that names the first layer that disagrees. */
bool pretrained_compare(const struct pretrained *p, const struct recipe *r, const struct plan *plan, bool *head_new,
                        struct error *e);

/* Do layers that begin with the other model's numbers compute something else with them, as with another stride or
 * padding? Then a sentence names the first and counts the others. The two were compared before. */
bool pretrained_unlike(const struct pretrained *p, const struct recipe *r, const struct plan *plan, bool head_new,
                       char *out, size_t size);

/* The other model's numbers take the place of those of a plan of the same layers, which were compared before: all but a
 * new last layer's. The images are normalised as that model's were. */
void pretrained_apply(const struct pretrained *p, const struct recipe *r, const struct plan *plan, bool head_new,
                      float *parameters, float *statistics);

#endif
