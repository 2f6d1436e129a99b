/* How busy processors are: the kernel's count of ticks. `root` as in rooted.h. */
#ifndef HOST_TICKS_H
#define HOST_TICKS_H

#include "host/reading.h"

struct ticks {
    bool known;
    double busy, all; /* since the node started */
};

/* Those of all processors together, and into each[i] those of the core cores[i]; the cores are in order. */
void ticks_read(const char *root, struct ticks *node, const int *cores, struct ticks *each, int count);

/* The fraction that was busy in between; unknown without ticks in between. */
struct reading ticks_load(const struct ticks *before, const struct ticks *now);

#endif
