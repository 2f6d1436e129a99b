/* Devices, GPUs and the node as JSON. What is unknown is null, never 0. All return NULL when out of memory. */
#ifndef CLI_DEVICES_JSON_H
#define CLI_DEVICES_JSON_H

#include <jansson.h>

#include "host/gpu/gpu_readings.h"
#include "host/host_sampler.h"
#include "nn/plan/backend.h"

/* A device, with the readings of its GPU as "gpu", and of its MIG instance as "instance", where NVML has them. */
json_t *devices_json_device(const struct device_info *info, const struct gpu_readings *readings);

json_t *devices_json_gpus(const struct gpu_readings *readings); /* a list of all */
json_t *devices_json_host(const struct host_readings *readings);

#endif
