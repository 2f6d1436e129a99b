/* How busy the processors are, by the kernel's count of ticks. `root` as in rooted.h. */
#ifndef HOST_TICKS_H
#define HOST_TICKS_H

#include "host/reading.h"

struct ticks {
    bool known;
    double busy, all; /* since the node started */
};

/* Reads the ticks of all processors together into *node, and those of core cores[i] into each[i]. `cores` is
 * ascending. */
void ticks_read(const char *root, struct ticks *node, const int *cores, struct ticks *each, int count);

/* The fraction of the time between that was busy; unknown when no tick lies between. */
struct reading ticks_load(const struct ticks *before, const struct ticks *now);

#endif
