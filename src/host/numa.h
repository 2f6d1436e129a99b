/* The memory nodes of this machine, as hwloc knows them: which cores are next to each, and how a thread is kept there.
 * The library is looked for when it is needed; where it is not, or where cuvette was built without its header, there is
 * nothing to know. */
#ifndef HOST_NUMA_H
#define HOST_NUMA_H

#include "base/error.h"

enum { NUMA_NODES_MAX = 64 };

struct numa_node {
    int number; /* the system's */
    int cores;  /* next to it, of those that may be used */
};

/* Nodes that have some of the cores that may be used, in the system's order. */
struct numa {
    int count;
    struct numa_node nodes[NUMA_NODES_MAX];
    struct numa_machine *machine; /* as hwloc has it, to bind threads; NULL: closed */
};

/* `cores` [count]: the system's numbers of those that may be used. False with an error that says why nothing is known;
 * else numa_close() it. */
bool numa_open(const int *cores, int count, struct numa *out, struct error *e);
void numa_close(struct numa *numa); /* its nodes can still be read */

/* From now on the calling thread, and those that it starts, run on the cores that may be used next to a node of that
 * number, and take memory from there while there is some. False with ERROR_DEVICE where the system does not let it. */
bool numa_bind(const struct numa *numa, int number, struct error *e);

#endif
