/* Where the time of a training step goes, while it trains: what the trainer publishes beside its status.
 *
 * Every step is timed from outside: how long it waited for images, brought them to the device and worked. Up to four
 * steps a second are samples, measured operation by operation: the times of forward, backward and update, and of each
 * layer, are in their proportions. (`cuvette train --profile` measures operations alone, many times.) */
#ifndef NN_STEP_PROFILE_H
#define NN_STEP_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

/* X(PART, name, help) */
#define STEP_PARTS(X) \
    X(READ, read, "waits for images to be read") \
    X(DECODE, decode, "waits for images to be decoded") \
    X(WAIT, wait, "waits for the threads that read") \
    X(COPY, copy, "brings images to the device") \
    X(FORWARD, forward, "computes the outputs of the layers") \
    X(BACKWARD, backward, "computes the gradients") \
    X(UPDATE, update, "changes the weights") \
    X(RANKS, ranks, "waits for other ranks and their sums") \
    X(OTHER, other, "is neither images nor layers")

enum step_part {
#define PART(KIND, name, help) STEP_##KIND,
    STEP_PARTS(PART)
#undef PART
    STEP_PARTS_COUNT
};
extern const char *const step_part_names[STEP_PARTS_COUNT], *const step_part_help[STEP_PARTS_COUNT];

enum { STEP_LAYERS_MAX = 256 /* as many as a recipe can have */ };

/* Means of the last seconds; of the whole run when it is over. Seconds a step. */
struct step_profile {
    double step;                      /* from a step's end to the next one's; 0: nothing is known */
    double part[STEP_PARTS_COUNT];    /* together `step` */
    bool sampled;                     /* false: forward, backward and update are not told apart: all is in FORWARD */
    bool from_files; /* images are read from files while it trains */
    double decoding_cores; /* on which images were decoded, a mean over the time; 0: none were, or it is not known */
    int decoding_threads;  /* that could decode at once, one for each core that is allotted */
    double summing;   /* seconds a step in which sums over ranks were under way; negative: unknown, or it is alone */
    double hidden;    /* of these, those in which this rank computed meanwhile */
    double flops;                     /* of the products of a whole batch, as the plan counts them (plan_cost()) */
    int n_layers;
    double layer[STEP_LAYERS_MAX + 1][STEP_PARTS_COUNT]; /* forward, backward and update; [n_layers]: of no layer */
};

/* Of all the time of a step, 0…1; 0 while nothing is known. */
double step_profile_share(const struct step_profile *p, enum step_part part);
double step_profile_layer_share(const struct step_profile *p, int layer);

int step_profile_slowest(const struct step_profile *p); /* the layer that takes most; -1: none is known */

/* The bottleneck in one sentence, and what can be done: "62 % of a step waits for images to be decoded: 1.8 of 2 cores
 * decode; import them as raw, or ask for more cores". What comes before ':' or ';' is a sentence, too. Empty while too
 * little is known. `slowest`: the kind of the slowest layer, "conv2d". */
void step_profile_verdict(const struct step_profile *p, const char *slowest, char *out, size_t size);

#endif
