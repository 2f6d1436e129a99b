/* Devices, GPUs and the node for programs: one JSON object each. What is unknown is null, never 0. NULL when out of
 * memory. */
#ifndef CLI_DEVICES_JSON_H
#define CLI_DEVICES_JSON_H

#include <jansson.h>

#include "host/gpu/gpu_readings.h"
#include "host/host_sampler.h"
#include "nn/plan/backend.h"

/* With its GPU's readings as "gpu" (and its part of it as "instance") where NVML knows it. */
json_t *devices_json_device(const struct device_info *info, const struct gpu_readings *readings);

json_t *devices_json_gpus(const struct gpu_readings *readings); /* the list of all */
json_t *devices_json_host(const struct host_readings *readings);

#endif
