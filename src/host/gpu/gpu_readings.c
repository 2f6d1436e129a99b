#include "host/gpu/gpu_readings.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"

/* A PCI address as four numbers. */
struct address {
    unsigned domain, bus, device, function;
};

static bool parse_address(const char *text, struct address *out)
{
    int end = -1;

    return text &&
           sscanf(text, "%8x:%2x:%2x.%1x%n", &out->domain, &out->bus, &out->device, &out->function, &end) == 4 &&
           text[end] == '\0';
}

static bool same_address(const struct address *wanted, const char *pci)
{
    struct address address;

    return parse_address(pci, &address) && address.domain == wanted->domain && address.bus == wanted->bus &&
           address.device == wanted->device && address.function == wanted->function;
}

const struct gpu_reading *gpu_readings_find(const struct gpu_readings *readings, const char *pci, const char *uuid)
{
    struct address wanted;

    for (int i = 0; uuid && uuid[0] != '\0' && i < readings->count; i++)
        if (strcmp(readings->gpus[i].uuid, uuid) == 0 || gpu_readings_instance(&readings->gpus[i], uuid))
            return &readings->gpus[i];
    if (!parse_address(pci, &wanted))
        return NULL;
    for (int i = 0; i < readings->count; i++)
        if (same_address(&wanted, readings->gpus[i].pci))
            return &readings->gpus[i];
    return NULL;
}

const struct gpu_instance *gpu_readings_instance(const struct gpu_reading *gpu, const char *uuid)
{
    for (int i = 0; uuid && uuid[0] != '\0' && i < gpu->instance_count; i++)
        if (strcmp(gpu->instances[i].uuid, uuid) == 0)
            return &gpu->instances[i];
    return NULL;
}

const char *gpu_readings_throttle_words(int bit)
{
    static const char *const words[] = {
#define GPU_THROTTLE(name, number, text) [number] = text,
        GPU_THROTTLES(GPU_THROTTLE)
#undef GPU_THROTTLE
    };

    return bit < (int)(sizeof words / sizeof words[0]) ? words[bit] : NULL;
}

void gpu_readings_throttles(char *to, size_t size, const struct gpu_reading *gpu)
{
    const char *words;

    text_copy(to, size, !gpu->throttles_known ? "n/a" : gpu->throttles == 0 ? "none" : "");
    for (int bit = 0; gpu->throttles_known && (words = gpu_readings_throttle_words(bit)); bit++)
        if (gpu->throttles >> bit & 1)
            text_append(to, size, "%s%s", to[0] ? ", " : "", words);
}

int gpu_readings_listed(const struct gpu_reading *gpu)
{
    return int_min(gpu->process_count, GPU_PROCESSES_MAX);
}
