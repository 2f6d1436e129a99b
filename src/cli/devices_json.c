#include "cli/devices_json.h"

#include <math.h>

#include "cli/json_out.h"
#include "host/cores.h"

/* Large figures are bytes and hertz, whose fractions mean nothing. */
static json_t *figure(struct reading reading)
{
    if (!reading.known)
        return json_null();
    if (fabs(reading.value) >= 1000 || reading.value == floor(reading.value))
        return json_integer((json_int_t)reading.value);
    return json_real(reading.value);
}

static json_t *text_or_null(const char *text)
{
    return text[0] != '\0' ? json_string(text) : json_null();
}

static json_t *throttles_json(const struct gpu_reading *gpu)
{
    json_t *list = gpu->throttles_known ? json_array() : json_null();
    const char *words;

    for (int bit = 0; (words = gpu_readings_throttle_words(bit)); bit++)
        if (gpu->throttles >> bit & 1)
            json_array_append_new(list, json_string(words));
    return list;
}

static json_t *instance_json(const struct gpu_instance *instance)
{
    return json_pack("{s:o, s:o, s:b, s:o, s:o}", "name", text_or_null(instance->name), "uuid",
                     text_or_null(instance->uuid), "for_this_process", instance->mine, "memory_used_bytes",
                     figure(instance->memory_used), "memory_total_bytes", figure(instance->memory_total));
}

static json_t *instances_json(const struct gpu_reading *gpu)
{
    json_t *list = gpu->mig != GPU_MIG_UNKNOWN ? json_array() : json_null();

    for (int i = 0; i < gpu->instance_count; i++)
        json_array_append_new(list, instance_json(&gpu->instances[i]));
    return list;
}

static json_t *process_json(const struct gpu_process *process)
{
    return json_pack("{s:i, s:o, s:o, s:o}", "pid", process->pid, "name", text_or_null(process->name), "instance",
                     process->instance >= 0 ? json_integer(process->instance) : json_null(), "memory_bytes",
                     figure(process->memory));
}

static json_t *processes_json(const struct gpu_reading *gpu)
{
    json_t *list = gpu->processes_known ? json_array() : json_null();

    for (int i = 0; i < gpu_readings_listed(gpu); i++)
        json_array_append_new(list, process_json(&gpu->processes[i]));
    return list;
}

static json_t *gpu_json(const struct gpu_reading *gpu)
{
    json_t *object = json_pack("{s:i, s:o, s:o, s:o, s:b, s:b, s:o}", "index", gpu->index, "name",
                               text_or_null(gpu->name), "uuid", text_or_null(gpu->uuid), "pci", text_or_null(gpu->pci),
                               "for_this_process", gpu->mine, "lost", gpu->lost, "trouble", text_or_null(gpu->trouble));

#define GPU_FIGURE(member, key) json_object_set_new(object, key, figure(gpu->member));
    GPU_FIGURES(GPU_FIGURE)
#undef GPU_FIGURE
    json_object_set_new(object, "throttling", throttles_json(gpu));
    json_object_set_new(object, "mig",
                        gpu->mig == GPU_MIG_UNKNOWN ? json_null() : json_boolean(gpu->mig == GPU_MIG_ON));
    json_object_set_new(object, "instances", instances_json(gpu));
    json_object_set_new(object, "processes", processes_json(gpu));
    json_object_set_new(object, "process_count", gpu->processes_known ? json_integer(gpu->process_count) : json_null());
    return object;
}

json_t *devices_json_gpus(const struct gpu_readings *readings)
{
    json_t *list = json_array();

    for (int i = 0; i < readings->count; i++)
        json_array_append_new(list, gpu_json(&readings->gpus[i]));
    return list;
}

static void add_threads(json_t *device, const struct device_info *info)
{
    json_object_set_new(device, "threads", json_integer(info->threads));
    json_object_set_new(device, "threads_of_node", json_integer(info->threads_all));
    json_object_set_new(device, "vector_unit", json_string(info->unit));
    json_object_set_new(device, "limit", json_string(cores_count().limit));
}

static void add_gpu(json_t *device, const struct device_info *info, const struct gpu_readings *readings)
{
    const struct gpu_reading *gpu = gpu_readings_find(readings, info->pci, info->uuid);
    const struct gpu_instance *instance = gpu ? gpu_readings_instance(gpu, info->uuid) : NULL;

    json_object_set_new(device, "architecture", json_string(info->unit));
    json_object_set_new(device, "pci", json_string(info->pci));
    json_object_set_new(device, "uuid", json_string(info->uuid));
    json_object_set_new(device, "gpu", gpu ? gpu_json(gpu) : json_null());
    if (instance)
        json_object_set_new(device, "instance", instance_json(instance));
}

json_t *devices_json_device(const struct device_info *info, const struct gpu_readings *readings)
{
    json_t *device = json_pack("{s:s, s:o}", "id", info->id, "name", json_out_text(info->name));

    if (info->threads > 0)
        add_threads(device, info);
    if (info->pci[0])
        add_gpu(device, info, readings);
    json_object_set_new(device, "memory_bytes",
                        info->memory > 0 ? json_integer((json_int_t)info->memory) : json_null());
    return device;
}

static json_t *cores_json(const struct host_readings *readings)
{
    json_t *list = json_array();

    for (int i = 0; i < readings->core_count; i++)
        json_array_append_new(
            list, json_pack("{s:i, s:o}", "core", readings->cores[i].core, "load", figure(readings->cores[i].load)));
    return list;
}

json_t *devices_json_host(const struct host_readings *readings)
{
    const struct {
        const char *key;
        struct reading reading;
    } figures[] = {
        { "load", readings->node_load },
        { "cpu_throttled", readings->throttled },
        { "memory_used_bytes", readings->memory.used },
        { "memory_limit_bytes", readings->memory.limit },
        { "disk_read_bytes_per_second", readings->node_disk_read },
        { "disk_write_bytes_per_second", readings->node_disk_write },
        { "network_in_bytes_per_second", readings->network_in },
        { "network_out_bytes_per_second", readings->network_out },
    };
    json_t *object = json_object();

    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        json_object_set_new(object, figures[i].key, figure(figures[i].reading));
    json_object_set_new(object, "cores", cores_json(readings));
    return object;
}
