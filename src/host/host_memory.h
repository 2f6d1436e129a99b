/* The memory that this process may use, and what is in use of it: of the control group where that has a limit, else of
 * the node. */
#ifndef HOST_HOST_MEMORY_H
#define HOST_HOST_MEMORY_H

#include "host/reading.h"

struct host_memory {
    struct reading limit, used; /* bytes */
    struct reading kills;       /* of the control group where there is a limit, as in cgroup.h */
};

void host_memory_read(struct host_memory *out);

/* The same with /proc and /sys below `root`, for tests. */
void host_memory_read_below(const char *root, struct host_memory *out);

#endif
