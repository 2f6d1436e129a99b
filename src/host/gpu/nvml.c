#include "host/gpu/nvml.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "host/gpu/nvml_calls.h"
#include "host/gpu/nvml_gpu.h"

struct nvml {
    struct nvml_calls calls;
    struct gpu_reading known[GPUS_MAX]; /* only what does not change, so that a GPU that is lost still has its name */
};

static const struct {
    int result;
    bool lost;
    const char *why; /* why one GPU cannot be read */
    const char *why_none;
} troubles[] = {
    { NVML_NO_PERMISSION, false, "no permission to read it", "no permission to read the NVIDIA driver" },
    { NVML_DRIVER_NOT_LOADED, false, "the driver is not loaded", "the NVIDIA driver is not loaded on this node" },
    { NVML_GPU_LOST, true, "fell off the bus; the node needs a restart", "the GPU fell off the bus" },
    { NVML_RESET_REQUIRED, true, "needs a reset", "the GPU needs a reset" },
    { NVML_VERSIONS_DIFFER, false, "the driver was replaced",
      "the NVIDIA driver was replaced while it ran: its library and the kernel's part differ until the node restarts" },
};

enum { TROUBLES = sizeof troubles / sizeof troubles[0] };

static void tell_why_none(char *to, size_t size, int result)
{
    snprintf(to, size, "the NVIDIA driver does not answer (NVML error %d)", result);
    for (int i = 0; i < TROUBLES; i++)
        if (troubles[i].result == result)
            text_copy(to, size, troubles[i].why_none);
}

struct nvml *nvml_open(const char *library, struct error *e)
{
    const char *override = getenv("CUVETTE_NVML");
    struct nvml *n = memory_new(1, sizeof *n, e);

    if (!n)
        return NULL;
    if (!library)
        library = override && override[0] != '\0' ? override : "libnvidia-ml.so.1";
    if (!nvml_calls_load(&n->calls, library, e)) {
        free(n);
        return NULL;
    }
    int result = n->calls.init();
    if (result == NVML_FINE)
        return n;
    e->kind = ERROR_DEVICE;
    tell_why_none(e->text, sizeof e->text, result);
    free(n);
    return NULL;
}

void nvml_close(struct nvml *n)
{
    if (n)
        n->calls.shutdown();
    free(n);
}

static void tell_trouble(struct gpu_reading *gpu, int result)
{
    snprintf(gpu->trouble, sizeof gpu->trouble, "does not answer (NVML error %d)", result);
    for (int i = 0; i < TROUBLES; i++)
        if (troubles[i].result == result) {
            gpu->lost = troubles[i].lost;
            text_copy(gpu->trouble, sizeof gpu->trouble, troubles[i].why);
        }
}

static void read_gpu(struct nvml *n, struct gpu_reading *gpu, int index)
{
    const char *visible = getenv("CUDA_VISIBLE_DEVICES");
    struct gpu_reading *known = &n->known[index];
    nvml_device device;
    int result = n->calls.device((unsigned)index, &device);

    if (result == NVML_FINE)
        result = nvml_gpu_identify(known, &n->calls, device);
    known->index = index;
    known->mine = nvml_gpu_visible(visible, index, known->uuid);
    *gpu = *known;
    if (result == NVML_FINE)
        result = nvml_gpu_read(gpu, &n->calls, device, visible);
    if (result == NVML_FINE)
        return;
    *gpu = *known; /* with what was read before the failure it would look like a GPU that works */
    tell_trouble(gpu, result);
}

void nvml_read(struct nvml *n, struct gpu_readings *out)
{
    unsigned count = 0;
    int result = n->calls.device_count(&count);

    out->at = clock_seconds();
    out->all = result == NVML_FINE ? (int)count : 0;
    out->count = int_min(out->all, GPUS_MAX);
    out->why_none[0] = '\0';
    if (result != NVML_FINE)
        tell_why_none(out->why_none, sizeof out->why_none, result);
    else if (count == 0)
        text_copy(out->why_none, sizeof out->why_none, "the NVIDIA driver lists no GPU on this node");
    for (int i = 0; i < out->count; i++)
        read_gpu(n, &out->gpus[i], i);
}

void nvml_take(const char *library, struct gpu_readings *out)
{
    struct error e;
    struct nvml *n = nvml_open(library, &e);

    if (n) {
        nvml_read(n, out);
    } else {
        out->at = clock_seconds();
        out->count = out->all = 0;
        text_copy(out->why_none, sizeof out->why_none, e.text);
    }
    out->number = 1;
    nvml_close(n);
}
