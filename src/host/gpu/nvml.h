/* NVIDIA's management library, in any version. It comes with the driver and is loaded at run time. Calls can take tens
 * to hundreds of milliseconds. For one thread at a time. */
#ifndef HOST_NVML_H
#define HOST_NVML_H

#include "base/error.h"
#include "host/gpu/gpu_readings.h"

struct nvml;

/* `library` is a path; NULL means $CUVETTE_NVML, else the node's libnvidia-ml.so.1. NULL with ERROR_DEVICE, which says
 * in one sentence why there is nothing to read. */
struct nvml *nvml_open(const char *library, struct error *e);

/* Reads every GPU. For one that fails the snapshot says why; the others are read all the same. */
void nvml_read(struct nvml *n, struct gpu_readings *out);

void nvml_close(struct nvml *n); /* takes NULL */

/* Opens, reads and closes, which can take more than a second. The snapshot's number is 1. Where there is nothing to
 * read it says why. */
void nvml_take(const char *library, struct gpu_readings *out);

#endif
