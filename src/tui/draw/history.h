/* What a reading was over the last minutes: one sample a second, the oldest give way. A zeroed history is empty. */
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include <stdint.h>

#include "host/reading.h"

enum { HISTORY_SECONDS = 256 };

struct history {
    uint64_t count; /* samples so far: the next one's number */
    float sample[HISTORY_SECONDS]; /* number n at n modulo HISTORY_SECONDS; not a number where unknown */
};

void history_add(struct history *h, struct reading reading);

/* The mean of what is known and still kept of `n` samples from number `first` on; unknown where nothing is. */
struct reading history_mean(const struct history *h, uint64_t first, int n);

/* The largest known sample that is kept; 0 where there is none. */
double history_peak(const struct history *h);

#endif
