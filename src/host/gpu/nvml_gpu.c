#include "host/gpu/nvml_gpu.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "host/gpu/nvml_processes.h"

/* One reading of one GPU or instance, and the worst answer in it. */
struct look {
    const struct nvml_calls *calls;
    nvml_device device;
    int trouble;
};

/* Checks an answer. A GPU that is gone is noted as trouble; a figure that is missing is not. */
static bool is_fine(struct look *l, int result)
{
    if (result == NVML_GPU_LOST || result == NVML_RESET_REQUIRED)
        l->trouble = result;
    return result == NVML_FINE;
}

/* Some functions succeed with "not available": all ones. */
static struct reading figure(bool fine, unsigned number, double scale)
{
    return fine && number != UINT_MAX ? reading_of((double)number * scale) : (struct reading){ 0 };
}

static struct reading read_plain(struct look *l, int (*call)(nvml_device, unsigned *), double scale)
{
    unsigned number;
    bool fine = call && is_fine(l, call(l->device, &number));

    return figure(fine, fine ? number : 0, scale);
}

static struct reading read_which(struct look *l, int (*call)(nvml_device, int, unsigned *), int which, double scale)
{
    unsigned number;
    bool fine = call && is_fine(l, call(l->device, which, &number));

    return figure(fine, fine ? number : 0, scale);
}

static void read_text(struct look *l, int (*call)(nvml_device, char *, unsigned), char *to, size_t size)
{
    char text[GPU_UUID_SIZE] = "";

    if (call && is_fine(l, call(l->device, text, sizeof text)) && memchr(text, '\0', sizeof text))
        text_sanitise(to, size, text);
}

static void read_pci(struct look *l, char *to, size_t size)
{
    struct nvml_pci pci;

    if (l->calls->pci && is_fine(l, l->calls->pci(l->device, &pci)))
        snprintf(to, size, "%08X:%02X:%02X.0", pci.domain, pci.bus, pci.device);
}

static void read_memory(struct look *l, struct reading *used, struct reading *total)
{
    struct nvml_memory_v2 newer = { .version = NVML_VERSION(struct nvml_memory_v2, 2) };
    struct nvml_memory older;

    if (l->calls->memory_v2 && is_fine(l, l->calls->memory_v2(l->device, &newer)))
        older = (struct nvml_memory){ .total = newer.total, .used = newer.used };
    else if (!l->calls->memory || !is_fine(l, l->calls->memory(l->device, &older)))
        return;
    if (older.total == 0 || older.total == ULLONG_MAX)
        return;
    *total = reading_of((double)older.total);
    if (older.used <= older.total)
        *used = reading_of((double)older.used);
}

static void read_loads(struct look *l, struct gpu_reading *gpu)
{
    struct nvml_loads loads;

    if (!l->calls->loads || !is_fine(l, l->calls->loads(l->device, &loads)))
        return;
    if (loads.gpu <= 100)
        gpu->load = reading_of(loads.gpu / 100.0);
    if (loads.memory <= 100)
        gpu->memory_load = reading_of(loads.memory / 100.0);
}

static void read_temperature(struct look *l, struct gpu_reading *gpu)
{
    struct nvml_temperature newer = { .version = NVML_VERSION(struct nvml_temperature, 1),
                                      .sensor = NVML_SENSOR_OF_GPU };

    if (l->calls->temperature_v1 && is_fine(l, l->calls->temperature_v1(l->device, &newer)))
        gpu->temperature = reading_of(newer.degrees);
    else
        gpu->temperature = read_which(l, l->calls->temperature, NVML_SENSOR_OF_GPU, 1);
}

static void read_ecc(struct look *l, struct gpu_reading *gpu)
{
    unsigned long long count;

    if (l->calls->ecc && is_fine(l, l->calls->ecc(l->device, NVML_ECC_UNCORRECTED, NVML_ECC_SINCE_DRIVER, &count)) &&
        count != ULLONG_MAX)
        gpu->ecc_errors = reading_of((double)count);
}

/* NVML's bits. Bits 0 (idle), 1 (clocks set by a person), 8 (by the display) and 10 (by the highest reliable voltage,
 * as at full speed) are not throttling. */
static void read_throttles(struct look *l, struct gpu_reading *gpu)
{
    static const unsigned meaning[] = {
        [2] = GPU_THROTTLE_POWER_CAP, [3] = GPU_THROTTLE_HARDWARE_SLOWDOWN, [4] = GPU_THROTTLE_SYNC_BOOST,
        [5] = GPU_THROTTLE_THERMAL,   [6] = GPU_THROTTLE_HARDWARE_THERMAL,  [7] = GPU_THROTTLE_POWER_BRAKE,
        [9] = GPU_THROTTLE_BOARD_LIMIT,
    };
    unsigned long long bits;

    if (!l->calls->throttles || !is_fine(l, l->calls->throttles(l->device, &bits)))
        return;
    gpu->throttles_known = true;
    for (size_t i = 0; i < sizeof meaning / sizeof meaning[0]; i++)
        if (bits >> i & 1)
            gpu->throttles |= meaning[i];
}

static void read_figures(struct look *l, struct gpu_reading *gpu)
{
    const double mega = 1e6, kilo = 1e3, milli = 1e-3;
    const struct nvml_calls *calls = l->calls;

    read_loads(l, gpu);
    read_memory(l, &gpu->memory_used, &gpu->memory_total);
    gpu->power = read_plain(l, calls->power, milli);
    gpu->power_limit = read_plain(l, calls->power_limit, milli);
    read_temperature(l, gpu);
    gpu->sm_clock = read_which(l, calls->clock, NVML_CLOCK_OF_SM, mega);
    gpu->sm_clock_max = read_which(l, calls->clock_max, NVML_CLOCK_OF_SM, mega);
    gpu->memory_clock = read_which(l, calls->clock, NVML_CLOCK_OF_MEMORY, mega);
    gpu->memory_clock_max = read_which(l, calls->clock_max, NVML_CLOCK_OF_MEMORY, mega);
    gpu->pcie_in = read_which(l, calls->pcie, NVML_INTO_GPU, kilo);
    gpu->pcie_out = read_which(l, calls->pcie, NVML_OUT_OF_GPU, kilo);
    read_ecc(l, gpu);
    read_throttles(l, gpu);
}

/* The numbers of instances can have gaps. */
static void read_instances(struct look *l, struct gpu_reading *gpu, const char *visible)
{
    unsigned room = 0;

    if (!l->calls->instance_room || !l->calls->instance || !is_fine(l, l->calls->instance_room(l->device, &room)))
        return;
    for (unsigned i = 0; i < room && gpu->instance_count < GPU_INSTANCES_MAX; i++) {
        struct gpu_instance *instance = &gpu->instances[gpu->instance_count];
        struct look part = { .calls = l->calls };

        if (!is_fine(l, l->calls->instance(l->device, i, &part.device)))
            continue;
        read_text(&part, l->calls->name, instance->name, sizeof instance->name);
        read_text(&part, l->calls->uuid, instance->uuid, sizeof instance->uuid);
        read_memory(&part, &instance->memory_used, &instance->memory_total);
        instance->mine = nvml_gpu_visible(visible, -1, instance->uuid);
        gpu->mine |= instance->mine;
        nvml_processes_add(gpu, l->calls, part.device, gpu->instance_count++);
    }
}

static void read_mig(struct look *l, struct gpu_reading *gpu, const char *visible)
{
    unsigned now, after_reset;

    if (!l->calls->mig_mode || !is_fine(l, l->calls->mig_mode(l->device, &now, &after_reset)))
        return;
    gpu->mig = now ? GPU_MIG_ON : GPU_MIG_OFF;
    if (now)
        read_instances(l, gpu, visible);
}

int nvml_gpu_identify(struct gpu_reading *gpu, const struct nvml_calls *calls, nvml_device device)
{
    struct look look = { .calls = calls, .device = device };

    read_text(&look, calls->name, gpu->name, sizeof gpu->name);
    read_text(&look, calls->uuid, gpu->uuid, sizeof gpu->uuid);
    read_pci(&look, gpu->pci, sizeof gpu->pci);
    return look.trouble;
}

int nvml_gpu_read(struct gpu_reading *gpu, const struct nvml_calls *calls, nvml_device device, const char *visible)
{
    struct look look = { .calls = calls, .device = device };

    read_figures(&look, gpu);
    read_mig(&look, gpu, visible);
    if (gpu->mig != GPU_MIG_ON)
        nvml_processes_add(gpu, calls, device, -1);
    return look.trouble;
}

static bool is_number(const char *word, size_t length)
{
    return length > 0 && strspn(word, "0123456789") >= length;
}

static bool is_uuid(const char *word, size_t length)
{
    return length > 4 && (strncmp(word, "GPU-", 4) == 0 || strncmp(word, "MIG-", 4) == 0);
}

bool nvml_gpu_visible(const char *list, int index, const char *uuid)
{
    if (!list)
        return true;
    while (*list != '\0') {
        list += strspn(list, " ");
        size_t length = strcspn(list, ", ");

        if (is_number(list, length) ? strtol(list, NULL, 10) == index
                                    : is_uuid(list, length) && strncmp(uuid, list, length) == 0)
            return true;
        if (!is_number(list, length) && !is_uuid(list, length))
            return false;
        list += length;
        list += strspn(list, " ,");
    }
    return false;
}
