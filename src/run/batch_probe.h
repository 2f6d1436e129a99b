/* How fast a recipe trains with batches of 1, 2, 4, … images on several devices, and from which batch on one of them is
 * faster than another: a few steps on images of noise are timed, as by run/probe.h. */
#ifndef RUN_BATCH_PROBE_H
#define RUN_BATCH_PROBE_H

#include "data/sources/source.h"
#include "nn/recipe/recipe.h"
#include "run/devices.h"

enum { BATCH_SIZES_MAX = 17 /* 1 … 65,536 */, BATCH_DEVICES_MAX = 8, BATCH_ROUNDS = 5 };

struct batch_rate {
    int batch;
    double median, least, most; /* images a second: of BATCH_ROUNDS pieces of training */
};

struct batch_curve {
    char device[16]; /* "cuda:0" */
    char why_end[192]; /* why there is no larger batch, a sentence; safe to show */
    int count;
    struct batch_rate rates[BATCH_SIZES_MAX]; /* rising batches; count 0: not even one image fits */
};

struct batch_probe {
    int count;
    struct batch_curve curves[BATCH_DEVICES_MAX]; /* in the order in which the devices were named */
};

/* Tells of each rate as it is measured. False: it is to stop. */
struct batch_probe_listener {
    bool (*rate)(void *context, const struct batch_curve *curve, const struct batch_rate *rate);
    bool (*go_on)(void *context); /* asked before each step */
    void *context;
};

/* All devices with one batch, then all with the next: what disturbs the node disturbs them alike. A device goes up
 * until its memory holds no more, a step takes two seconds, or a batch would be more than the training images.
 * `listener` may be NULL. False with an error, ERROR_STOPPED when the listener said so; what was measured until then is
 * in `out`. */
bool batch_probe_measure(const struct recipe *r, const struct device *devices, int count,
                         const struct dataset_info *info, const struct batch_probe_listener *listener,
                         struct batch_probe *out, struct error *e);

/* The batch from which on `fast` is faster than `slow`, at each batch that both have: between two that were measured it
 * is where straight lines through them on logarithmic axes cross. 0: it is at none of the largest; 1: at each. */
double batch_probe_crossover(const struct batch_curve *slow, const struct batch_curve *fast);

/* What it comes to, for each device beside the first: "cuda:0 is faster than cpu from a batch of 8 on, and 14 times as
 * fast at 512". A difference within the spread at the largest batch that both have is called none. */
void batch_probe_verdict(const struct batch_probe *p, char *to, size_t size);

#endif
