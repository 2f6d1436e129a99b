/* The health of a network in one training step, layer by layer: what the operations of plan_health.h have found. */
#ifndef NN_HEALTH_H
#define NN_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

struct plan;

enum { HEALTH_LAYERS_MAX = 256 };

/* Of the recipe's layer. What it does not have, or what cannot be read, is NaN. */
struct layer_health {
    float gradient; /* norm of the loss's gradient by all the layer's parameters, before it is clipped */
    float weight;   /* norm of these parameters before the step */
    float update;   /* norm of what the step added to them */
    float dead;     /* share of its ReLUs (channels, or outputs of a dense layer) that were 0 for every image */
};

struct health {
    uint64_t step;        /* 1 for the first; 0: nothing was looked at yet */
    double position;      /* epochs done, behind this step */
    double seconds;       /* of the run */
    double learning_rate; /* of this step */
    int images;           /* in it */
    uint64_t every;       /* steps since the one that was looked at before; 0: this is the first */
    double cost;          /* what looking has taken since the run was begun or gone on with, as a share of training */
    int n_layers;
    struct layer_health layers[HEALTH_LAYERS_MAX];
};

extern const struct layer_health layer_health_unknown;

/* Fills in the layers from what a step left in METRICS, a copy of the whole arena. */
void health_read(const struct plan *plan, const float *metrics, struct health *out);

/* Is anything known of it? */
bool layer_health_any(const struct layer_health *l);

/* Update over weight; NaN where one is unknown, or the weights are all 0. */
double layer_health_ratio(const struct layer_health *l);

/* The last layer whose gradient is known, as layers are compared with it; -1: there is none. */
int health_last(const struct health *h);

#endif
