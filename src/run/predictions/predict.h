/* Asks a network about images: as fast as an evaluation, on any device. */
#ifndef RUN_PREDICT_H
#define RUN_PREDICT_H

#include "run/predictions/network.h"
#include "run/predictions/predictions.h"

struct predict_setup {
    enum subset subset;
    double validation; /* the fraction held out, and by which seed, as in loader.h */
    uint64_t seed;
    bool (*progress)(void *context, double done); /* gets 0…1; false stops it (ERROR_STOPPED); NULL: nobody is told */
    void *context;
};

struct predict_result {
    struct predictions predictions;
    double loss;         /* the mean, as an evaluation has it; NAN where images are missing */
    double seconds;      /* reading included */
    uint32_t unreadable; /* images that are missing, since they could not be read */
};

/* All images of a subset of a source, whose shape and classes are the network's, in their order. False with an error
 * and nothing to free; else predictions_free() them. */
bool predict_images(struct network *n, struct source *source, const struct predict_setup *setup,
                    struct predict_result *out, struct error *e);

#endif
