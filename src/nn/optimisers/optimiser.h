/* How gradients change the weights. An optimiser is a class: a name in recipes and one operation over whole arenas. One
 * file a class (optimiser_sgd.c …, where one differs from another by a setting alone they share a file) and one row of
 * OPTIMISERS. */
#ifndef NN_OPTIMISER_H
#define NN_OPTIMISER_H

#include "base/field.h"
#include "nn/plan/plan_builder.h"

/* X(KIND, name): OPTIMISER_KIND, and optimiser_name, its class, which recipes call name. */
#define OPTIMISERS(X) \
    X(SGD, sgd) \
    X(ADAM, adam) \
    X(ADAMW, adamw) \
    X(RMSPROP, rmsprop)

enum optimiser_kind {
#define OPTIMISER(KIND, name) OPTIMISER_##KIND,
    OPTIMISERS(OPTIMISER)
#undef OPTIMISER
};

/* The section [optimiser] of a recipe. Each class uses what it needs of it. */
struct optimiser {
    int kind; /* enum optimiser_kind */
    double learning_rate; /* at the schedule's peak */
    double momentum, rho, beta1, beta2, epsilon, weight_decay;
    bool nesterov;
};
extern const struct field_table optimiser_fields;

struct optimiser_class {
    enum op_kind operation;
    /* Completes the operation, whose first operands are the parameters and their gradients and whose count is there:
     * its settings, and the state it keeps (optimiser_state). */
    void (*complete)(const struct optimiser *o, struct plan_builder *b, struct op *op);
    /* Appends to a text what matters beside name and rate: ", momentum 0.9"; NULL: nothing does. */
    void (*summary)(const struct optimiser *o, char *out, size_t size);
};

#define OPTIMISER(KIND, name) extern const struct optimiser_class optimiser_##name;
OPTIMISERS(OPTIMISER)
#undef OPTIMISER

/* Begins the definition of a class, `OPTIMISER_CLASS(sgd) = { … };`: one without a row above does not compile. */
#define OPTIMISER_CLASS(name) \
    _Static_assert(sizeof optimiser_##name > 0, "optimiser_" #name " has no row in OPTIMISERS, optimiser.h"); \
    const struct optimiser_class optimiser_##name

/* One number for each parameter that lives from step to step, zero at the start. */
value optimiser_state(struct plan_builder *b, const struct op *op, const char *name);

/* Layers that learn more slowly than the others. */
struct optimiser_lower {
    int layers; /* from the first */
    double share; /* of the learning rate; 1: there are none */
};

/* Appends clipping to a global norm (`clip`; 0: none) and the optimiser, over all parameters declared so far that have
 * gradients; an operation for each rate. */
void optimiser_emit(const struct optimiser *o, double clip, struct optimiser_lower lower, struct plan_builder *b);

/* "adamw 0.001, decay 0.01"; "adamw 0.001 ×4, decay 0.01" where the rate is scaled by a factor that is not 1. */
void optimiser_summary(const struct optimiser *o, double factor, char *out, size_t size);

#endif
