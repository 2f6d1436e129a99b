/* What the health of a step means: a word for a layer, a sentence for the network. */
#ifndef RUN_HEALTH_WORDS_H
#define RUN_HEALTH_WORDS_H

#include "nn/recipe/recipe.h"
#include "nn/train/health.h"

/* Faults, the gravest first: X(FAULT, word, what is measured, limit, whether what is below the limit is the fault).
 *
 * `relative` is the layer's gradient over the last layer's. That it falls or grows from layer to layer is how deep
 * networks fail (Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010);
 * between layers of different sizes a factor of a hundred is nothing, so that the limits are far out. `ratio` is
 * the update over the weights, about a thousandth where training goes well (Karpathy, CS231n, "Neural networks part 3",
 * under "Ratio of weights:updates"); a hundredth of that or a hundred times as much is told. `dead` is the share of
 * ReLUs that are 0 for every image of the step, through which nothing is learned (the same, part 1); some are usual. */
#define HEALTH_FAULTS(X) \
    X(BROKEN, "not finite", broken, 0.5, false) \
    X(VANISHES, "vanishes", relative, 1e-4, true) \
    X(EXPLODES, "explodes", relative, 1e4, false) \
    X(DEAD, "dead", dead, 0.5, false) \
    X(LARGE, "large steps", ratio, 1e-1, false) \
    X(SMALL, "small steps", ratio, 1e-5, true)

enum health_fault {
#define FAULT(fault, word, measure, limit, below) HEALTH_##fault,
    HEALTH_FAULTS(FAULT)
#undef FAULT
    HEALTH_FINE,
    HEALTH_UNKNOWN, /* nothing is known of the layer */
    HEALTH_FAULT_COUNT
};

extern const char *const health_words[HEALTH_FAULT_COUNT]; /* "vanishes", "well", "n/a" */

/* The gravest fault of a layer, counted from 0. */
enum health_fault health_words_layer(const struct health *h, int layer);

bool health_words_has(const struct health *h, int layer, enum health_fault fault); /* beside others, or not */

/* The layer's gradient over that of the last layer that has one; NaN where that is unknown or 0. */
double health_words_relative(const struct health *h, int layer);

/* A sentence on the network, with what can be done: of its gravest fault. Returns the fault; with HEALTH_FINE the
 * sentence says so, with HEALTH_UNKNOWN that nothing was looked at yet. Small steps are no fault while the schedule
 * keeps the learning rate low. */
enum health_fault health_words_network(const struct health *h, const struct recipe *recipe, char *out, size_t size);

/* Is it beyond doubt, so that a user who does not look should be told: a gradient a hundred times beyond its
 * limit, nearly all ReLUs of a layer dead, or numbers that are not finite? */
bool health_words_grave(const struct health *h);

#endif
