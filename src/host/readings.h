/* What the node and this process are doing, for the screen. An unknown reading is marked so, never 0. */
#ifndef HOST_READINGS_H
#define HOST_READINGS_H

#include <stdbool.h>
#include <stdint.h>

struct reading {
    bool known;
    double value;
};

struct host_readings {
    struct reading cpu_load;      /* fraction of the usable cores this process used since the last sample */
    struct reading node_load;     /* fraction of all cores busy since the last sample */
    struct reading resident;      /* bytes of this process */
    struct reading memory_used;   /* bytes: of the cgroup where there is a limit, else of the node */
    struct reading memory_limit;  /* bytes */
};

struct host_sampler;
struct host_sampler *host_sampler_new(void); /* NULL when out of memory */
void host_sampler_read(struct host_sampler *s, struct host_readings *out); /* loads are unknown at the first call */
void host_sampler_free(struct host_sampler *s); /* takes NULL */

/* The same with /proc and /sys below `root` (cgroup.h), for tests; `root` is kept, not copied. */
struct host_sampler *host_sampler_new_below(const char *root);

#endif
