/* A thread that reads the GPUs at intervals. Calls to the driver take tens to hundreds of milliseconds, and many
 * seconds on a node in trouble, so the screen must not make them. */
#ifndef HOST_GPU_SAMPLER_H
#define HOST_GPU_SAMPLER_H

#include "base/error.h"
#include "host/gpu/gpu_readings.h"

struct gpu_sampler;

/* Reads at once, and then every `seconds`. `library` as in nvml.h. Where there is nothing to read, the only snapshot
 * says why, and the thread ends. NULL with an error when the thread cannot be started. */
struct gpu_sampler *gpu_sampler_start(const char *library, double seconds, struct error *e);

/* Sets the interval; reads at once when it has passed already. */
void gpu_sampler_pace(struct gpu_sampler *s, double seconds);

/* The number of the latest snapshot. */
uint64_t gpu_sampler_number(struct gpu_sampler *s);

/* Copies the latest snapshot (number 0 before the first); never waits for the driver. */
void gpu_sampler_read(struct gpu_sampler *s, struct gpu_readings *out);

/* How many seconds the driver has taken so far for the reading under way; 0 when there is none. */
double gpu_sampler_owed(struct gpu_sampler *s);

/* Waits for a snapshot with a higher number; false when none comes within `seconds`. */
bool gpu_sampler_wait(struct gpu_sampler *s, uint64_t number, double seconds);

/* Ends the thread. One that hangs in the driver is left alone after two seconds. Takes NULL. */
void gpu_sampler_stop(struct gpu_sampler *s);

#endif
