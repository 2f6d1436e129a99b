/* Per-channel mean and deviation of the training images: what normalisation uses. */
#ifndef DATA_STATISTICS_H
#define DATA_STATISTICS_H

#include "data/sources/source.h"

struct statistics {
    float mean[CHANNELS_MAX];      /* of pixel / 255 */
    float deviation[CHANNELS_MAX]; /* standard deviation of pixel / 255; never 0 */
};

/* Over all training images, or an evenly spaced sample of at most 10,000 of them when the source is not in memory.
 * `progress` may be NULL; false from it stops with ERROR_STOPPED. */
bool statistics_measure(struct source *s, struct statistics *out, bool (*progress)(void *context, double done),
                        void *context, struct error *e);

#endif
