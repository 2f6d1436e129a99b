/* Mean and standard deviation of each channel of the training images, for normalisation. */
#ifndef DATA_STATISTICS_H
#define DATA_STATISTICS_H

#include "data/sources/source.h"

struct statistics {
    float mean[CHANNELS_MAX];      /* of pixel / 255 */
    float deviation[CHANNELS_MAX]; /* standard deviation of pixel / 255; never 0 */
};

/* Reads all training images, or an evenly spaced sample of at most 10,000 when the source is not in memory. `progress`
 * (may be NULL) gets 0…1 and returns false to cancel (ERROR_STOPPED). */
bool statistics_measure(struct source *s, struct statistics *out, bool (*progress)(void *context, double done),
                        void *context, struct error *e);

#endif
