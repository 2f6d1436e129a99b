/* Stands in for NVIDIA's management library in `make bench-screen`, where a node has no GPU: two whose load, memory,
 * power, clocks and traffic change from call to call, so that programs that show them have something to draw. It has
 * what cuvette and nvtop ask for; no process uses its GPUs. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

enum { GPUS = 2, FINE = 0, NOT_SUPPORTED = 3 };

#define GIB 0x1p30

/* From low to high and back every twenty seconds or so, in another phase for each GPU. */
static double wave(const void *device, double low, double high)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    double seconds = (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;

    return low + (high - low) * (0.5 + 0.5 * sin(seconds / 3 + 2.0 * (double)(uintptr_t)device));
}

/* name, figure */
#define FIGURES(X) \
    X(nvmlDeviceGetPowerUsage, wave(device, 300e3, 690e3)) \
    X(nvmlDeviceGetEnforcedPowerLimit, 700e3) \
    X(nvmlDeviceGetMaxPcieLinkGeneration, 5) \
    X(nvmlDeviceGetCurrPcieLinkGeneration, 5) \
    X(nvmlDeviceGetMaxPcieLinkWidth, 16) \
    X(nvmlDeviceGetCurrPcieLinkWidth, 16)

/* The same of one of several sensors, clocks or directions. */
#define FIGURES_OF_KIND(X) \
    X(nvmlDeviceGetTemperature, wave(device, 50, 68)) \
    X(nvmlDeviceGetTemperatureThreshold, 92) \
    X(nvmlDeviceGetClockInfo, wave(device, 1500, 1980)) \
    X(nvmlDeviceGetMaxClockInfo, 1980) \
    X(nvmlDeviceGetPcieThroughput, wave(device, 1e5, 2e6))

#define FIGURE(name, figure) \
    int name(const void *device, unsigned *out); \
    int name(const void *device, unsigned *out) \
    { \
        (void)device; \
        *out = (unsigned)(figure); \
        return FINE; \
    }
FIGURES(FIGURE)

#define FIGURE_OF_KIND(name, figure) \
    int name(const void *device, int kind, unsigned *out); \
    int name(const void *device, int kind, unsigned *out) \
    { \
        (void)device, (void)kind; \
        *out = (unsigned)(figure); \
        return FINE; \
    }
FIGURES_OF_KIND(FIGURE_OF_KIND)

/* Of video, and of processes: nothing. */
#define NOTHINGS(X) \
    X(nvmlDeviceGetEncoderUtilization, unsigned *out, unsigned *other) \
    X(nvmlDeviceGetDecoderUtilization, unsigned *out, unsigned *other) \
    X(nvmlDeviceGetComputeRunningProcesses_v3, unsigned *out, void *other) \
    X(nvmlDeviceGetGraphicsRunningProcesses_v3, unsigned *out, void *other)

#define NOTHING(name, first, second) \
    int name(const void *device, first, second); \
    int name(const void *device, first, second) \
    { \
        (void)device, (void)other; \
        *out = 0; \
        return FINE; \
    }
NOTHINGS(NOTHING)

struct loads {
    unsigned gpu, memory;
};

struct memory {
    unsigned long long total, free, used;
};

/* Of the third version. */
struct pci {
    char old_text[16];
    unsigned domain, bus, device, model, vendor;
    char text[32];
};

int nvmlInit_v2(void);
int nvmlShutdown(void);
const char *nvmlErrorString(int result);
int nvmlDeviceGetCount_v2(unsigned *count);
int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device);
int nvmlDeviceGetName(const void *device, char *to, unsigned size);
int nvmlDeviceGetPciInfo_v3(const void *device, struct pci *out);
int nvmlDeviceGetUtilizationRates(const void *device, struct loads *out);
int nvmlDeviceGetMemoryInfo(const void *device, struct memory *out);
int nvmlDeviceGetFanSpeed(const void *device, unsigned *out);

int nvmlInit_v2(void)
{
    return FINE;
}

int nvmlShutdown(void)
{
    return FINE;
}

const char *nvmlErrorString(int result)
{
    return result == FINE ? "fine" : "not supported";
}

int nvmlDeviceGetCount_v2(unsigned *count)
{
    *count = GPUS;
    return FINE;
}

int nvmlDeviceGetHandleByIndex_v2(unsigned index, void **device)
{
    *device = (void *)(uintptr_t)(index + 1);
    return FINE;
}

int nvmlDeviceGetName(const void *device, char *to, unsigned size)
{
    (void)device;
    snprintf(to, size, "NVIDIA H200");
    return FINE;
}

int nvmlDeviceGetPciInfo_v3(const void *device, struct pci *out)
{
    *out = (struct pci){ .bus = 0x3b, .device = (unsigned)(uintptr_t)device };
    snprintf(out->old_text, sizeof out->old_text, "0000:3B:%02X.0", out->device);
    snprintf(out->text, sizeof out->text, "00000000:3B:%02X.0", out->device);
    return FINE;
}

int nvmlDeviceGetUtilizationRates(const void *device, struct loads *out)
{
    *out = (struct loads){ .gpu = (unsigned)wave(device, 20, 100), .memory = (unsigned)wave(device, 10, 60) };
    return FINE;
}

int nvmlDeviceGetMemoryInfo(const void *device, struct memory *out)
{
    const unsigned long long total = (unsigned long long)(140 * GIB);
    const unsigned long long used = (unsigned long long)(wave(device, 20, 90) * GIB);

    *out = (struct memory){ .total = total, .used = used, .free = total - used };
    return FINE;
}

int nvmlDeviceGetFanSpeed(const void *device, unsigned *out)
{
    (void)device, (void)out;
    return NOT_SUPPORTED;
}
