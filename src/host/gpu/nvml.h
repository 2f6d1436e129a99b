/* NVIDIA's management library, found at run time (the driver brings it; nothing links it): any version of it.
 * Calls can take tens to hundreds of milliseconds. One thread at a time. */
#ifndef HOST_NVML_H
#define HOST_NVML_H

#include "base/error.h"
#include "host/gpu/gpu_readings.h"

struct nvml;

/* `library` is a path; NULL stands for $CUVETTE_NVML, else the node's libnvidia-ml.so.1. ERROR_DEVICE says in one
 * sentence why there is nothing to read. */
struct nvml *nvml_open(const char *library, struct error *e);

/* Reads every GPU. One that fails is marked as lost; the others go on. */
void nvml_read(struct nvml *n, struct gpu_readings *out);

void nvml_close(struct nvml *n); /* takes NULL */

/* All in one: a snapshot, number 1, on the caller's time, which can take a second and more. Where there is nothing to
 * read it says why. */
void nvml_take(const char *library, struct gpu_readings *out);

#endif
