/* Mean and standard deviation of each channel of the training images, for normalisation. */
#ifndef DATA_STATISTICS_H
#define DATA_STATISTICS_H

#include "data/sources/source.h"

struct statistics {
    float mean[CHANNELS_MAX];      /* of pixel / 255 */
    float deviation[CHANNELS_MAX]; /* standard deviation of pixel / 255; never 0 */
};

/* Reads all training images, or a sample of at most 10,000 from all parts of them when the source is not in memory.
 * `progress` (may be NULL) gets 0…1 and returns false to cancel (ERROR_STOPPED). */
bool statistics_measure(struct source *s, struct statistics *out, bool (*progress)(void *context, double done),
                        void *context, struct error *e);

/* The same of at most so many images. */
bool statistics_sample(struct source *s, uint32_t most, struct statistics *out,
                       bool (*progress)(void *context, double done), void *context, struct error *e);

#endif
