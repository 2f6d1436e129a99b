/* What the kernel's control groups allow this process: the limits of its own group and of every group above it,
 * in the version 1 hierarchies, in version 2's, and where both are mounted.
 *
 * `root` is the folder that holds /proc and /sys: "" on a real node, a folder of files in tests. */
#ifndef HOST_CGROUP_H
#define HOST_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

/* How many processors' time the process may use (2.5 is possible); false when there is no quota. */
bool cgroup_processors(const char *root, double *out);

struct cgroup_memory {
    uint64_t limit; /* bytes: the smallest limit of the group and those above it */
    uint64_t used;  /* bytes, of the group with this limit, without file cache that the kernel can free */
    uint64_t kills; /* processes of it that the kernel has killed for want of memory; 0 where it does not tell */
};

/* False when there is no limit. */
bool cgroup_memory_read(const char *root, struct cgroup_memory *out);

/* How often the quota of processors' time stopped the group that has one. */
struct cgroup_throttling {
    double periods, throttled; /* of the quota, so far; those in which it was used up */
};

/* False when there is no quota, or the kernel does not tell. */
bool cgroup_throttling_read(const char *root, struct cgroup_throttling *out);

#endif
