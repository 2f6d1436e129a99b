/* Samples what the node and this process are doing. A reading that is unknown is marked unknown, never 0. */
#ifndef HOST_HOST_SAMPLER_H
#define HOST_HOST_SAMPLER_H

#include "host/host_memory.h"
#include "host/reading.h"

enum { CORES_SHOWN_MAX = 256 };

struct core_load {
    int core; /* the kernel's number */
    struct reading load;
};

/* Loads and rates are averages since the last sample. Rates are in bytes per second. */
struct host_readings {
    struct reading cpu_load;      /* fraction of the usable cores this process used */
    struct reading others_load;   /* fraction of the cores that this process may run on which other processes used */
    struct reading node_load;     /* fraction of all cores busy */
    struct reading throttled;     /* fraction of the quota's periods in which it was used up, and all stood still */
    struct reading resident;      /* bytes of this process */
    struct host_memory memory;
    struct reading disk_read, disk_write;           /* of this process, as far as a disk was used */
    struct reading node_disk_read, node_disk_write; /* all disks of the node */
    struct reading network_in, network_out;         /* all interfaces but the loopback */
    int core_count;               /* of the cores this process may run on, at most CORES_SHOWN_MAX */
    struct core_load cores[CORES_SHOWN_MAX]; /* fraction busy, by any process */
};

struct host_sampler;
struct host_sampler *host_sampler_new(void); /* NULL when out of memory */
void host_sampler_read(struct host_sampler *s, struct host_readings *out); /* the first call gives no loads and rates */
void host_sampler_free(struct host_sampler *s); /* takes NULL */

/* The same with /proc and /sys below `root` (cgroup.h), for tests; `root` is kept, not copied. */
struct host_sampler *host_sampler_new_below(const char *root);

#endif
