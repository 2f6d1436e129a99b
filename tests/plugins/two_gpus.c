/* A plug-in that lists two GPUs, one with a name that no terminal should get, and can open neither. */
#include <stdio.h>

#include "nn/plan/backend.h"

static const struct device_info gpus[] = {
    { .id = "cuda:0", .name = "NVIDIA A100-SXM4-80GB", .unit = "sm_80", .pci = "00000000:3B:00.0",
      .uuid = "GPU-01234567-89ab-cdef-0123-456789abcdef", .memory = 85899345920 },
    { .id = "cuda:1", .name = "GPU\033[2J", .unit = "sm_90", .pci = "00000000:AF:00.0",
      .uuid = "MIG-01234567-89ab-cdef-0123-456789abcdef", .memory = 10737418240 },
};
enum { GPUS = sizeof gpus / sizeof *gpus };

static int devices(struct device_info *out, int room, char *why_none, size_t size)
{
    (void)why_none;
    (void)size;
    for (int i = 0; i < room && i < GPUS; i++)
        out[i] = gpus[i];
    return GPUS;
}

static struct backend *open(const struct device_choice *choice, struct error *e)
{
    e->kind = ERROR_DEVICE;
    snprintf(e->text, sizeof e->text, "GPU %d is lost", choice->index);
    return NULL;
}

static const struct backend_class class = { .abi = BACKEND_ABI, .size = sizeof class, .name = "cuda", .ahead = 4,
                                            .devices = devices, .open = open };

extern const struct backend_class *const cuvette_cuda_backend;
const struct backend_class *const cuvette_cuda_backend = &class;
