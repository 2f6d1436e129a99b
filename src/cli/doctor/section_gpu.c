/* NVIDIA's GPUs: the kernel's driver, its libraries, those of CUDA, and whether their versions fit. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/doctor/library.h"
#include "cli/doctor/section.h"
#include "host/gpu/nvml.h"
#include "run/cuda_places.h"
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

static int cublas_number(void *handle)
{
    size_t (*version)(void);

    *(void **)&version = dlsym(handle, "cublasLtGetVersion");
    return version ? (int)version() : 0; /* 120205: 12.2.5; 130000 */
}

static int cudnn_number(void *handle)
{
    size_t (*version)(void);

    *(void **)&version = dlsym(handle, "cudnnGetVersion");
    return version ? (int)version() : 0; /* 91002: 9.10.2 */
}

static int nccl_number(void *handle)
{
    int (*version)(int *), number = 0;

    *(void **)&version = dlsym(handle, "ncclGetVersion");
    return version && version(&number) == 0 ? number : 0; /* 22105: 2.21.5 */
}

static const struct {
    const char *name, *files[4];
    int (*number)(void *handle);
    const char *without, *advice;
    bool follows_cuda; /* its major version is CUDA's */
} libraries[] = {
    { "cuBLAS",
      { "libcublasLt.so.13", "libcublasLt.so.12", "libcublasLt.so.11" },
      cublas_number,
      "no GPU can be trained on",
      "module load cuda, or the directory of libcublasLt in LD_LIBRARY_PATH",
      true },
    { "cuDNN",
      { "libcudnn_graph.so.9", "libcudnn.so.9", "libcudnn.so.8" },
      cudnn_number,
      "convolutions take cuvette's own kernels, which are slower",
      "module load cudnn, or CUVETTE_CUDNN=PATH",
      false },
    { "NCCL", { "libnccl.so.2" }, nccl_number, "only several GPUs need it", "", false },
};

/* Up to 9.9.9 in thousands, then in tens of thousands. */
static void number_text(char *out, size_t size, int number)
{
    int unit = number >= 10000 ? 10000 : 1000;

    if (number > 0)
        snprintf(out, size, "%d.%d.%d", number / unit, number % unit / 100, number % 100);
    else
        snprintf(out, size, "of unknown version");
}

/* CUDA's own are found where the plug-in would have them from. */
static bool find_library(struct library *l, size_t i)
{
    const char *const *files = libraries[i].files;
    char path[PATH_SIZE];

    if (library_load(l, files))
        return true;
    for (int k = 0; libraries[i].follows_cuda && files[k]; k++)
        if (cuda_places_find(files[k], path) && library_load(l, (const char *const[]){ path, NULL }))
            return true;
    return false;
}

static void look_at_library(struct page *p, size_t i, int driver)
{
    struct library l;
    char version[32], known[32];
    int number;

    page_looks_at(p, libraries[i].name);
    if (!find_library(&l, i)) {
        if (driver > 0 && libraries[i].advice[0])
            page_odd(p, libraries[i].name, libraries[i].advice, "not found: %s", libraries[i].without);
        else
            page_absent(p, libraries[i].name, "not found%s%s", driver > 0 ? ": " : "",
                        driver > 0 ? libraries[i].without : "");
        return;
    }
    number = libraries[i].number(l.handle);
    number_text(version, sizeof version, number);
    cuda_version(known, sizeof known, driver);
    if (driver > 0 && libraries[i].follows_cuda && number / 10000 > driver / 1000)
        page_odd(p, libraries[i].name, "an older CUDA module, as module load cuda/12, or a node with a newer driver",
                 "%s, but the driver knows CUDA only up to %s: %s", version, known, l.path);
    else
        page_fine(p, libraries[i].name, "%s: %s", version, l.path);
}

static void look(struct page *p)
{
    int driver = look_at_driver(p);

    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
        look_at_library(p, i, driver);
    look_at_gpus(p);
    look_at_plugin(p, driver > 0);
}

SECTION_OF_DOCTOR(gpu) = { .name = "gpu", .title = "GPUs and CUDA", .look = look };
