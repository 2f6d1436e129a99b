/* The memory that this process may use, and what is in use of it: of the control group where that has a limit, else of
 * the node; of several ranks on a node each has its part. */
#ifndef HOST_HOST_MEMORY_H
#define HOST_HOST_MEMORY_H

#include "host/reading.h"

struct host_memory {
    struct reading limit, used; /* bytes */
    struct reading kills;       /* of the control group where there is a limit, as in cgroup.h */
    int sharers;                /* whose part limit and used are one of; 1: they are all there is */
};

/* From now on this process is one of so many on this node that each need as much: what is read is its part of it. */
void host_memory_share(int processes);

void host_memory_read(struct host_memory *out);

/* All of it, with /proc and /sys below `root`. */
void host_memory_read_below(const char *root, struct host_memory *out);

#endif
