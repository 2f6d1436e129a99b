#include "gpu/core/gpu_devices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cuda_runtime_api.h>

#include "base/text.h"
#include "gpu/core/gpu.h"

/* The oldest architecture that plugin.mk compiles for: Ampere, the first with bf16 and TF32. */
enum { OLDEST_MAJOR = 8, OLDEST_MINOR = 0 };

static bool is_served(const struct cudaDeviceProp *p)
{
    return p->major > OLDEST_MAJOR || (p->major == OLDEST_MAJOR && p->minor >= OLDEST_MINOR);
}

/* A job that asked Slurm for no GPU is shown none; CUDA's own words for that help nobody. */
static void tell_no_device(char *why, size_t size)
{
    const char *visible = getenv("CUDA_VISIBLE_DEVICES");

    if (visible && (visible[0] == '\0' || strcmp(visible, "NoDevFiles") == 0))
        snprintf(why, size, "no GPU was allotted to this job (CUDA_VISIBLE_DEVICES is %s)",
                 visible[0] ? visible : "empty");
    else if (visible)
        snprintf(why, size, "the NVIDIA driver shows no GPU (CUDA_VISIBLE_DEVICES is %.40s)", visible);
    else
        snprintf(why, size, "the NVIDIA driver sees no GPU on this node");
}

static void tell_old_driver(char *why, size_t size)
{
    enum { MAJOR = 1000, MINOR = 10 };
    int driver = 0, runtime = 0;

    cudaDriverGetVersion(&driver);
    cudaRuntimeGetVersion(&runtime);
    if (driver == 0)
        snprintf(why, size, "the NVIDIA driver does not answer");
    else
        snprintf(why, size,
                 "the NVIDIA driver is too old: it knows CUDA %d.%d, and this cuvette was built with CUDA %d.%d",
                 driver / MAJOR, driver % MAJOR / MINOR, runtime / MAJOR, runtime % MAJOR / MINOR);
}

static void tell_stub(char *why, size_t size)
{
    snprintf(why, size, "the libcuda.so.1 that was found is a stand-in for building, not the NVIDIA driver");
}

static const struct {
    cudaError_t status;
    void (*tell)(char *why, size_t size);
} reasons[] = {
    { cudaErrorNoDevice, tell_no_device },
    { cudaErrorInsufficientDriver, tell_old_driver },
    { cudaErrorStubLibrary, tell_stub },
};

static void tell_why(cudaError_t status, char *why, size_t size)
{
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (reasons[i].status == status) {
            reasons[i].tell(why, size);
            return;
        }
    snprintf(why, size, "CUDA does not start: %s (%s)%s", cudaGetErrorString(status), cudaGetErrorName(status),
             gpu_advice(status));
}

/* CUDA's number of the first GPU from `number` on that can be used; -1 when there is none. */
static int next_served(int number, int count, struct cudaDeviceProp *out)
{
    for (; number < count; number++)
        if (cudaGetDeviceProperties(out, number) == cudaSuccess && is_served(out))
            return number;
    return -1;
}

/* As nvidia-smi writes it. A part of a GPU (MIG) has a UUID of its own; only the name tells that it is a part. */
static void write_uuid(char *to, size_t size, const struct cudaDeviceProp *p)
{
    enum { BYTES = sizeof p->uuid.bytes };
    static const bool dash_before[BYTES] = { [4] = true, [6] = true, [8] = true, [10] = true };

    snprintf(to, size, strstr(p->name, " MIG ") ? "MIG-" : "GPU-");
    for (int i = 0; i < BYTES; i++)
        text_append(to, size, "%s%02x", dash_before[i] ? "-" : "", (unsigned char)p->uuid.bytes[i]);
}

/* Floating-point operations of products that a multiprocessor does in a cycle, by compute capability: fp32 as in the
 * CUDA C++ Programming Guide ("Arithmetic Instructions"), tensor cores as in NVIDIA's white papers on the A100 (2020)
 * and the H100 (2022), without sparsity. Where they depend on the product line they are unknown. */
static const struct {
    int major, minor;
    int a_cycle[PRECISIONS_COUNT];
} speeds[] = {
    { 8, 0, { [PRECISION_FP32] = 128, [PRECISION_TF32] = 1024, [PRECISION_BF16] = 2048 } },
    { 8, 6, { [PRECISION_FP32] = 256 } },
    { 8, 9, { [PRECISION_FP32] = 256 } },
    { 9, 0, { [PRECISION_FP32] = 256, [PRECISION_TF32] = 2048, [PRECISION_BF16] = 4096 } },
};

static int attribute(enum cudaDeviceAttr which, int number)
{
    int found = 0;

    if (cudaDeviceGetAttribute(&found, which, number) != cudaSuccess)
        cudaGetLastError(); /* clears the failure */
    return found;
}

/* Two transfers in a cycle of the memory's clock, which is in kHz, over a bus of so many bits. */
static double bandwidth_of(int number)
{
    return 2 * 1e3 * attribute(cudaDevAttrMemoryClockRate, number) *
           (attribute(cudaDevAttrGlobalMemoryBusWidth, number) / 8.0);
}

static int cores_of(const struct cudaDeviceProp *p)
{
    for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++)
        if (p->major == speeds[i].major && p->minor == speeds[i].minor)
            return p->multiProcessorCount * speeds[i].a_cycle[PRECISION_FP32] / 2;
    return 0;
}

/* At the highest clock. */
static void write_peaks(double peak[PRECISIONS_COUNT], int number, const struct cudaDeviceProp *p)
{
    const double kilohertz = 1e3;
    const int clock = attribute(cudaDevAttrClockRate, number);

    for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++)
        for (int k = 0; k < PRECISIONS_COUNT && p->major == speeds[i].major && p->minor == speeds[i].minor; k++)
            peak[k] = clock * kilohertz * p->multiProcessorCount * speeds[i].a_cycle[k];
}

static void describe(struct device_info *out, int number, const struct cudaDeviceProp *p)
{
    *out = (struct device_info){ .memory = p->totalGlobalMem, .bandwidth = bandwidth_of(number), .cores = cores_of(p) };
    snprintf(out->id, sizeof out->id, "cuda:%d", number);
    text_copy(out->name, sizeof out->name, p->name);
    snprintf(out->unit, sizeof out->unit, "sm_%d%d", p->major, p->minor);
    snprintf(out->pci, sizeof out->pci, "%08X:%02X:%02X.0", (unsigned)p->pciDomainID, (unsigned)p->pciBusID,
             (unsigned)p->pciDeviceID);
    write_uuid(out->uuid, sizeof out->uuid, p);
    write_peaks(out->peak, number, p);
}

static int count_devices(char *why, size_t size)
{
    int count = 0;
    cudaError_t status = cudaGetDeviceCount(&count);

    if (status == cudaSuccess && count > 0)
        return count;
    cudaGetLastError(); /* clears the failure, which the next call would return again */
    tell_why(status == cudaSuccess ? cudaErrorNoDevice : status, why, size);
    return 0;
}

int gpu_devices(struct device_info *out, int room, char *why_none, size_t size)
{
    struct cudaDeviceProp properties;
    int count = count_devices(why_none, size), found = 0;

    for (int i = 0; (i = next_served(i, count, &properties)) >= 0; i++) {
        if (found < room)
            describe(&out[found], i, &properties);
        found++;
    }
    if (count > 0 && found == 0 && cudaGetDeviceProperties(&properties, 0) == cudaSuccess)
        snprintf(why_none, size, "the %.60s here is of compute capability %d.%d; cuvette needs %d.%d (Ampere) or newer",
                 properties.name, properties.major, properties.minor, OLDEST_MAJOR, OLDEST_MINOR);
    else if (count > 0 && found == 0)
        tell_why(cudaGetLastError(), why_none, size);
    return found;
}

bool gpu_devices_number(int index, int *number, struct error *e)
{
    struct cudaDeviceProp properties;
    char why[256] = "";
    int count = count_devices(why, sizeof why);

    for (int i = 0; (i = next_served(i, count, &properties)) >= 0; i++)
        if (index-- == 0) {
            *number = i;
            return true;
        }
    return error_set(e, ERROR_DEVICE, "there is no such GPU%s%s", why[0] ? ": " : "", why);
}
