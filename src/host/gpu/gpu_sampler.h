/* A thread that reads the GPUs every so often: calls to the driver take tens to hundreds of milliseconds, and on a node
 * in trouble many seconds, which no screen should wait for. */
#ifndef HOST_GPU_SAMPLER_H
#define HOST_GPU_SAMPLER_H

#include "base/error.h"
#include "host/gpu/gpu_readings.h"

struct gpu_sampler;

/* Reads at once and then every `seconds`. `library` as in nvml.h. Where there is nothing to read, the one snapshot says
 * why and the thread ends. NULL when the thread cannot be had. */
struct gpu_sampler *gpu_sampler_start(const char *library, double seconds, struct error *e);

/* Every so often from now on; at once where that long has passed. */
void gpu_sampler_pace(struct gpu_sampler *s, double seconds);

/* The number of the latest snapshot. */
uint64_t gpu_sampler_number(struct gpu_sampler *s);

/* The latest snapshot (number 0 before the first): a copy, never a wait for the driver. */
void gpu_sampler_read(struct gpu_sampler *s, struct gpu_readings *out);

/* How many seconds ago the driver was asked for what it has not answered yet; 0 where it owes nothing. */
double gpu_sampler_owed(struct gpu_sampler *s);

/* Until there is a snapshot after that number; false when it does not come within `seconds`. */
bool gpu_sampler_wait(struct gpu_sampler *s, uint64_t number, double seconds);

/* Ends the thread. One that hangs in the driver is left to itself after two seconds. Takes NULL. */
void gpu_sampler_stop(struct gpu_sampler *s);

#endif
