/* The node as the screen shows it: the readings of its processors and GPUs, which ignore small changes, and their last
 * minutes. node_tick() reads them once a second; drawing never does.
 *
 * A node is shared, and a GPU's driver can be slow: while nobody looks at the GPUs they are read every few seconds
 * only. A reading counts until the next one, in the histories too. Only a driver that does not answer leaves a gap. */
#ifndef TUI_NODE_H
#define TUI_NODE_H

#include "base/error.h"
#include "host/gpu/gpu_idle.h"
#include "host/gpu/gpu_sampler.h"
#include "host/host_sampler.h"
#include "nn/plan/backend.h"
#include "run/memory_need.h"
#include "tui/draw/history.h"

struct node {
    struct host_sampler *host_sampler;
    struct gpu_sampler *gpu_sampler; /* NULL: gpus.why_none says why */
    struct host_readings host;       /* as shown */
    struct gpu_readings gpus, latest; /* as shown; as read */
    double gpu_seconds;              /* how often GPUs are read */
    struct gpu_idle idle;            /* since when GPUs have done nothing */
    bool gpus_stale;                 /* the driver does not answer: the readings are old */

    struct history cpu_load, node_load, disk_read, disk_write, network_in, network_out;
    struct history gpu_load[GPUS_MAX], gpu_memory[GPUS_MAX]; /* by position; fractions */
};

/* A zeroed node is fine to close. */
bool node_open(struct node *n, struct error *e);
void node_tick(struct node *n);
void node_close(struct node *n);

/* From now on somebody looks at the GPUs' figures, or nobody does. Fresh ones come at once. */
void node_watch_gpus(struct node *n, bool closely);

/* What a tick does with fresh readings; those of the GPUs are in n->latest. `owed`: for how many seconds their driver
 * has not answered. */
void node_take(struct node *n, const struct host_readings *host, double owed);

/* The GPU that a device computes on; NULL: it is none, or it is not known. */
const struct gpu_reading *node_gpu(const struct node *n, const struct device_info *device);

/* The memory that is free for a run on a device, as far as it is read. */
struct memory_room node_room(const struct node *n, const struct device *device);

#endif
