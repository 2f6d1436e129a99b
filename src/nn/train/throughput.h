/* Images per second over the last seconds, up to four: THROUGHPUT_SAMPLES are half a second apart. A change of speed
 * shows soon. */
#ifndef NN_THROUGHPUT_H
#define NN_THROUGHPUT_H

#include <stdint.h>

enum { THROUGHPUT_SAMPLES = 8 };

struct throughput {
    double seconds[THROUGHPUT_SAMPLES];
    uint64_t images[THROUGHPUT_SAMPLES];
    int count, next;
};

/* `seconds` trained and `images` trained on, both since the start; a sample is kept at most every half second. */
void throughput_add(struct throughput *t, double seconds, uint64_t images);
double throughput_rate(const struct throughput *t, double seconds, uint64_t images); /* 0 while unknown */

#endif
