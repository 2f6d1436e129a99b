/* The node as the screen shows it: the readings of its processors and GPUs, held still against small changes, and their
 * last minutes. Filled once a second by node_tick(), never while drawing.
 *
 * A node is shared and a GPU's driver takes its time: while nobody looks at what GPUs do they are read every few seconds.
 * What was read counts until the next reading, in their histories too; only a driver that does not answer leaves a gap. */
#ifndef TUI_NODE_H
#define TUI_NODE_H

#include "base/error.h"
#include "host/gpu_sampler.h"
#include "host/readings.h"
#include "nn/plan/backend.h"
#include "tui/draw/history.h"

struct node {
    struct host_sampler *host_sampler;
    struct gpu_sampler *gpu_sampler; /* NULL: gpus.why_none tells why */
    struct host_readings host;       /* as shown */
    struct gpu_readings gpus, latest; /* as shown; as read */
    double gpu_seconds;              /* how often GPUs are read */
    bool gpus_stale;                 /* the driver owes an answer: the readings are those of its last one */

    struct history cpu_load, node_load, disk_read, disk_write, network_in, network_out;
    struct history gpu_load[GPUS_MAX], gpu_memory[GPUS_MAX]; /* by position; fractions */
};

/* A zeroed node is what node_close() takes too. */
bool node_open(struct node *n, struct error *e);
void node_tick(struct node *n);
void node_close(struct node *n);

/* Somebody looks at the GPUs' figures from now on, or nobody does. The first fresh ones come at once. */
void node_watch_gpus(struct node *n, bool closely);

/* What a tick does with fresh readings; n->latest holds those of the GPUs. `owed`: seconds that their driver has been
 * silent since it was asked. */
void node_take(struct node *n, const struct host_readings *host, double owed);

/* The GPU that a device computes on, and the device that computes on a GPU ("cuda:0"); NULL where there is none. */
const struct gpu_reading *node_gpu(const struct node *n, const struct device_info *device);

#endif
