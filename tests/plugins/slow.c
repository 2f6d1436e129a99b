/* A plug-in whose driver answers, with one GPU, only when the named pipe SLOW_PLUGIN_GATE is opened for writing. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "nn/plan/backend.h"

static int devices(struct device_info *out, int room, char *why_none, size_t size)
{
    const char *gate = getenv("SLOW_PLUGIN_GATE");
    int opened = gate ? open(gate, O_RDONLY | O_CLOEXEC) : -1;
    (void)why_none;
    (void)size;

    if (opened >= 0)
        close(opened);
    if (room > 0)
        out[0] = (struct device_info){ .id = "cuda:0", .name = "NVIDIA H200", .unit = "sm_90",
                                       .pci = "00000000:3B:00.0", .uuid = "GPU-0", .memory = (uint64_t)140 << 30 };
    return 1;
}

static struct backend *open_gpu(const struct device_choice *choice, struct error *e)
{
    (void)choice;
    e->kind = ERROR_DEVICE;
    snprintf(e->text, sizeof e->text, "GPU 0 is for looking at alone");
    return NULL;
}

static const struct backend_class class = { .abi = BACKEND_ABI, .size = sizeof class, .name = "cuda", .ahead = 4,
                                            .devices = devices, .open = open_gpu };

extern const struct backend_class *const cuvette_cuda_backend;
const struct backend_class *const cuvette_cuda_backend = &class;
