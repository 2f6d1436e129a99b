/* Where replicas that share this machine's cores run: each next to one memory node, with its threads and its memory,
 * where they fit; a team of threads over two nodes waits for the memory of the other one. */
#ifndef HOST_PLACEMENT_H
#define HOST_PLACEMENT_H

#include <stddef.h>

#include "host/numa.h"

enum { PLACEMENT_REPLICAS_MAX = 64 };

/* What is decided of `replicas` with so many threads each. */
struct placement {
    bool bound;                       /* false: they run where the system puts them */
    int node[PLACEMENT_REPLICAS_MAX]; /* the number of each one's memory node */
};

/* Replica after replica comes to the node with most cores left over, of equal ones the first; none is bound where one
 * does not fit, or where there is one node. */
struct placement placement_on(const struct numa *numa, int replicas, int threads);

/* Keeps the calling thread, and those that it starts, where replica `one` of `replicas` runs. Harmless where they are
 * not bound. */
void placement_take(int one, int replicas, int threads);

/* What this machine is to replicas: "2 NUMA nodes of 64 cores: cpu:2x64 trains a replica at each". Returns how many
 * nodes there are with cores that this process may use; 0: they are not known, and the words say why. */
int placement_machine(char *out, size_t size);

#endif
