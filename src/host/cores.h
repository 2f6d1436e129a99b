/* How many processors this process may use: the smallest of the affinity mask, the cgroup quota (v1 and v2),
 * SLURM_CPUS_PER_TASK and its part of what several ranks share; and how many the node has. */
#ifndef HOST_CORES_H
#define HOST_CORES_H

#include <stddef.h>

struct cores {
    int usable;        /* at least 1 */
    int all;           /* of the node */
    const char *limit; /* the limit that applies: "affinity mask", "cgroup quota", "SLURM_CPUS_PER_TASK", "other ranks"
                          or "" */
};

struct cores cores_count(void);

/* Writes the kernel's numbers of the cores in the affinity mask, in order, at most `room`; returns how many were
 * written, 0 when the kernel does not tell. */
int cores_list(int *out, int room);

/* From now on this process is one of so many that share the same cores: it counts its part of them. */
void cores_share(int processes);

void cores_model(char *out, size_t size); /* "AMD EPYC 7763 64-Core Processor", "Arm Neoverse V2", else "aarch64" */

/* The same with /proc and /sys below `root` (cgroup.h), for tests. The affinity mask stays the kernel's. */
struct cores cores_count_below(const char *root);
void cores_model_below(const char *root, char *out, size_t size);

#endif
