#include "tui/draw/history.h"

#include <math.h>

void history_add(struct history *h, struct reading reading)
{
    h->sample[h->count % HISTORY_SECONDS] = reading.known ? (float)reading.value : NAN;
    h->count++;
}

static uint64_t oldest(const struct history *h)
{
    return h->count > HISTORY_SECONDS ? h->count - HISTORY_SECONDS : 0;
}

struct reading history_mean(const struct history *h, uint64_t first, int n)
{
    uint64_t end = first + (uint64_t)n < h->count ? first + (uint64_t)n : h->count;
    double sum = 0;
    int known = 0;

    for (uint64_t i = first > oldest(h) ? first : oldest(h); i < end; i++) {
        float sample = h->sample[i % HISTORY_SECONDS];

        if (isnan(sample))
            continue;
        sum += (double)sample;
        known++;
    }
    return known > 0 ? reading_of(sum / known) : (struct reading){ 0 };
}

double history_peak(const struct history *h)
{
    float peak = 0;

    for (uint64_t i = oldest(h); i < h->count; i++)
        peak = fmaxf(peak, h->sample[i % HISTORY_SECONDS]); /* the one that is a number, of the two */
    return (double)peak;
}
