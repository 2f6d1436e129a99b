/* NVIDIA's GPUs: the kernel's driver, its libraries, those of CUDA, and whether their versions fit. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/doctor/section.h"
#include "host/gpu/nvml.h"
#include "host/library.h"
#include "run/cuda_libraries.h"
#include "run/devices.h"

/* "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat …" */
static bool kernel_driver(char *out, size_t size)
{
    FILE *file = fopen("/proc/driver/nvidia/version", "re");
    char line[256];
    bool found = false;

    if (!file)
        return false;
    if (fgets(line, sizeof line, file)) {
        const char *at = strstr(line, "Module");

        found = at && sscanf(at, "Module%*[^0-9]%31[0-9.]", line) == 1 && text_copy(out, size, line);
    }
    fclose(file);
    return found;
}

/* CUDA's numbers for versions: 12020 is 12.2. */
static void cuda_version(char *out, size_t size, int number)
{
    snprintf(out, size, "%d.%d", number / 1000, number % 1000 / 10);
}

/* Returns the newest CUDA that the driver knows, 12020 for 12.2; 0 without a driver. */
static int look_at_driver(struct page *p)
{
    static const char *const names[] = { "libcuda.so.1", NULL };
    char kernel[32], version[32];
    int (*driver_version)(int *) = NULL, known = 0;
    bool has_kernel = kernel_driver(kernel, sizeof kernel);
    struct library l;

    page_looks_at(p, "driver");
    if (!library_load(&l, names)) {
        if (has_kernel)
            page_odd(p, "driver", "in a container: --nv for Apptainer, --gpus all for Docker",
                     "%s in the kernel, but its library libcuda.so.1 is not here", kernel);
        else
            page_absent(p, "driver", "no NVIDIA driver on this node");
        return 0;
    }
    *(void **)&driver_version = dlsym(l.handle, "cuDriverGetVersion"); /* may be called before cuInit() */
    if (driver_version)
        driver_version(&known);
    cuda_version(version, sizeof version, known);
    if (has_kernel)
        page_fine(p, "driver", "%s, knows CUDA up to %s: %s", kernel, version, l.path);
    else
        page_odd(p, "driver", "on the node of a job with a GPU: srun --gres=gpu:1 --pty cuvette doctor",
                 "its library knows CUDA up to %s, but the kernel has no driver: %s", version, l.path);
    return known;
}

static void look_at_gpus(struct page *p)
{
    struct error e;
    struct gpu_readings *readings = memory_new(1, sizeof *readings, &e);

    page_looks_at(p, "NVML");
    if (!readings)
        return;
    nvml_take(NULL, readings);
    if (readings->count == 0)
        page_absent(p, "NVML", "%s", readings->why_none);
    for (int i = 0; i < readings->count; i++) {
        const struct gpu_reading *gpu = &readings->gpus[i];
        char name[16];

        snprintf(name, sizeof name, "GPU %d", gpu->index);
        if (gpu->trouble[0])
            page_odd(p, name, "another node, and tell its administrators: scontrol show node $SLURMD_NODENAME",
                     "%s: %s", gpu->name, gpu->trouble);
        else if (gpu->ecc_errors.known && gpu->ecc_errors.value > 0)
            page_odd(p, name, "another node, and tell its administrators", "%s: %.0f errors of its memory", gpu->name,
                     gpu->ecc_errors.value);
        else
            page_fine(p, name, "%s%s", gpu->name, gpu->mine ? "" : " (not for this process)");
    }
    free(readings);
}

/* What cuvette can train on. */
static void look_at_plugin(struct page *p, bool has_driver)
{
    struct device_info devices[DEVICES_MAX];
    char why[256] = "";

    page_looks_at(p, "plug-in");
    for (int i = 1; backend_classes[i]; i++) {
        int count = backend_classes[i]->devices(devices, DEVICES_MAX, why, sizeof why);

        for (int k = 0; k < count; k++)
            page_fine(p, devices[k].id, "%s, %s", devices[k].name, devices[k].unit);
        if (count == 0 && has_driver)
            page_odd(p, backend_classes[i]->name, "what it says; then cuvette devices", "nothing to train on: %s", why);
        else if (count == 0)
            page_absent(p, backend_classes[i]->name, "nothing to train on: %s", why);
    }
}

static void look_at_library(struct page *p, const struct cuda_library *library, int driver)
{
    struct cuda_library_found found;
    char known[32];

    page_looks_at(p, library->name);
    cuda_version(known, sizeof known, driver);
    if (!cuda_libraries_find(library, &found)) {
        if (driver > 0 && library->advice[0])
            page_odd(p, library->name, library->advice, "not found: %s", library->without);
        else
            page_absent(p, library->name, "not found%s%s", driver > 0 ? ": " : "", driver > 0 ? library->without : "");
    } else if (driver > 0 && library->follows_cuda && found.major > driver / 1000)
        page_odd(p, library->name, "an older CUDA module, as module load cuda/12, or a node with a newer driver",
                 "%s, but the driver knows CUDA only up to %s: %s", found.version, known, found.path);
    else
        page_fine(p, library->name, "%s: %s", found.version, found.path);
}

static void look(struct page *p)
{
    int driver = look_at_driver(p);

    for (const struct cuda_library *l = cuda_libraries; l->name; l++)
        look_at_library(p, l, driver);
    look_at_gpus(p);
    look_at_plugin(p, driver > 0);
}

SECTION_OF_DOCTOR(gpu) = { .name = "gpu", .title = "GPUs and CUDA", .look = look };
