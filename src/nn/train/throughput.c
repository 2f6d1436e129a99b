#include "nn/train/throughput.h"

void throughput_add(struct throughput *t, double seconds, uint64_t images)
{
    const double spacing = 0.5;
    int newest = (t->next + THROUGHPUT_SAMPLES - 1) % THROUGHPUT_SAMPLES;

    if (t->count > 0 && seconds - t->seconds[newest] < spacing)
        return;
    t->seconds[t->next] = seconds;
    t->images[t->next] = images;
    t->next = (t->next + 1) % THROUGHPUT_SAMPLES;
    if (t->count < THROUGHPUT_SAMPLES)
        t->count++;
}

double throughput_rate(const struct throughput *t, double seconds, uint64_t images)
{
    int oldest = t->count < THROUGHPUT_SAMPLES ? 0 : t->next;

    if (t->count == 0 || seconds <= t->seconds[oldest])
        return 0;
    return (double)(images - t->images[oldest]) / (seconds - t->seconds[oldest]);
}
