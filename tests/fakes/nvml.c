/* A library that answers as NVIDIA's management library does, for nodes without it. It is built in three ages, which
 * have the functions of their time only:
 *
 *   nvml.so       all of them, of a driver of today
 *   nvml_old.so   the first name of each and nothing that came later (no MIG)
 *   nvml_bare.so  what is needed to count GPUs, and their names
 *
 * The environment says what it tells:
 *
 *   FAKE_NVML_GPUS       how many there are; 2 unless said
 *   FAKE_NVML_ERRORS     "nvmlDeviceGetPowerUsage=3 …": functions and the results they fail with
 *   FAKE_NVML_LOST       the index of a GPU that fell off the bus
 *   FAKE_NVML_MIG        the index of a GPU in MIG mode, with two instances
 *   FAKE_NVML_NAME       what they are called
 *   FAKE_NVML_THROTTLES  the bits of what holds clocks down
 *   FAKE_NVML_THROTTLED  the index of the only GPU of which they are; all unless said
 *   FAKE_NVML_PROCESSES  "4711:1000000 …": processes on GPU 0 (or on the first instance), with bytes; "-" for unknown
 *   FAKE_NVML_ENTRY      bytes of an entry in the list of processes: 16, 24 or 32
 *
 * What changes while somebody reads goes through the functions fake_nvml_…, found by dlsym(). */
#include <limits.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BARE 0
#define OLD 1
#define TODAY 2

enum { FINE = 0, NOT_SUPPORTED = 3, NOT_FOUND = 6, INSUFFICIENT_SIZE = 7, LOST = 15, MISMATCH = 25 };
enum { INSTANCE = 0x100 }; /* added to the handle of a GPU, times the instance's number */

#define GIB 0x1p30

/* Functions whose name changed have their newest only, or their first. */
#if AGE == TODAY
#define NAMED(name, suffix) name##suffix
#else
#define NAMED(name, suffix) name
#endif

static atomic_int lost_since = -1;
static atomic_bool hangs;
static sem_t hanging, released;

void fake_nvml_lose(int index);
void fake_nvml_hang(void);
void fake_nvml_await_hanging(void);
void fake_nvml_release(void);

void fake_nvml_lose(int index)
{
    lost_since = index;
}

/* The next call that counts GPUs does not return until it is released. */
void fake_nvml_hang(void)
{
    sem_init(&hanging, 0, 0);
    sem_init(&released, 0, 0);
    hangs = true;
}

void fake_nvml_await_hanging(void)
{
    sem_wait(&hanging);
}

void fake_nvml_release(void)
{
    sem_post(&released);
}

static long said(const char *name, long otherwise)
{
    const char *text = getenv(name);

    return text && text[0] != '\0' ? strtol(text, NULL, 0) : otherwise;
}

static int told_to_fail(const char *function)
{
    const char *list = getenv("FAKE_NVML_ERRORS");
    size_t length = strlen(function);

    for (; list; list = strchr(list, ' ')) {
        list += *list == ' ';
        if (strncmp(list, function, length) == 0 && list[length] == '=')
            return (int)strtol(list + length + 1, NULL, 10);
    }
    return FINE;
}

static int index_of(const void *device)
{
    return (int)((uintptr_t)device % INSTANCE) - 1;
}

static int instance_of(const void *device)
{
    return (int)((uintptr_t)device / INSTANCE) - 1; /* -1: the GPU itself */
}

static int fails(const char *function, const void *device)
{
    int index = index_of(device);

    return index == lost_since || index == said("FAKE_NVML_LOST", -1) ? LOST : told_to_fail(function);
}

#define MAY_FAIL(device) \
    do { \
        int result = fails(__func__, device); \
        if (result != FINE) \
            return result; \
    } while (0)

int NAMED(nvmlInit, _v2)(void);
int nvmlShutdown(void);
int NAMED(nvmlDeviceGetCount, _v2)(unsigned *count);
int NAMED(nvmlDeviceGetHandleByIndex, _v2)(unsigned index, void **device);
int nvmlDeviceGetName(void *device, char *to, unsigned size);

int NAMED(nvmlInit, _v2)(void)
{
    return told_to_fail(__func__);
}

int nvmlShutdown(void)
{
    return FINE;
}

int NAMED(nvmlDeviceGetCount, _v2)(unsigned *count)
{
    if (atomic_exchange(&hangs, false)) {
        sem_post(&hanging);
        sem_wait(&released);
    }
    *count = (unsigned)said("FAKE_NVML_GPUS", 2);
    return told_to_fail(__func__);
}

int NAMED(nvmlDeviceGetHandleByIndex, _v2)(unsigned index, void **device)
{
    *device = (void *)(uintptr_t)(index + 1);
    return told_to_fail(__func__);
}

int nvmlDeviceGetName(void *device, char *to, unsigned size)
{
    const char *name = getenv("FAKE_NVML_NAME");

    MAY_FAIL(device);
    snprintf(to, size, "%s%s", name ? name : "NVIDIA H200", instance_of(device) >= 0 ? " MIG 1g.18gb" : "");
    return FINE;
}

#if AGE >= OLD

struct loads {
    unsigned gpu, memory;
};

struct memory {
    unsigned long long total, free, used;
};

int nvmlDeviceGetUUID(void *device, char *to, unsigned size);
int NAMED(nvmlDeviceGetPciInfo, _v3)(void *device, void *out);
int nvmlDeviceGetUtilizationRates(void *device, struct loads *out);
int nvmlDeviceGetMemoryInfo(void *device, struct memory *out);
int nvmlDeviceGetPowerUsage(void *device, unsigned *milliwatts);
int nvmlDeviceGetEnforcedPowerLimit(void *device, unsigned *milliwatts);
int nvmlDeviceGetTemperature(void *device, int sensor, unsigned *degrees);
int nvmlDeviceGetClockInfo(void *device, int clock, unsigned *megahertz);
int nvmlDeviceGetMaxClockInfo(void *device, int clock, unsigned *megahertz);
int nvmlDeviceGetPcieThroughput(void *device, int direction, unsigned *kilobytes);
int nvmlDeviceGetTotalEccErrors(void *device, int errors, int since, unsigned long long *count);
int NAMED(nvmlDeviceGetComputeRunningProcesses, _v3)(void *device, unsigned *count, void *out);
int NAMED(nvmlDeviceGetGraphicsRunningProcesses, _v3)(void *device, unsigned *count, void *out);

int nvmlDeviceGetUUID(void *device, char *to, unsigned size)
{
    MAY_FAIL(device);
    if (instance_of(device) >= 0)
        snprintf(to, size, "MIG-%d-%d", index_of(device), instance_of(device));
    else
        snprintf(to, size, "GPU-%08x-0000", 0xab0000 + index_of(device));
    return FINE;
}

/* The first version ends after four numbers, the third has the longer text behind five. */
int NAMED(nvmlDeviceGetPciInfo, _v3)(void *device, void *out)
{
    const unsigned numbers[] = { 0x10000 * (unsigned)index_of(device), 0x3b, (unsigned)index_of(device), 0, 0 };
    char *to = out;

    MAY_FAIL(device);
    snprintf(to, 16, "0000:3B:%02X.0", numbers[2]);
    memcpy(to + 16, numbers, (AGE == TODAY ? 5 : 4) * sizeof numbers[0]);
    if (AGE == TODAY)
        snprintf(to + 36, 32, "%08X:%02X:%02X.0", numbers[0], numbers[1], numbers[2]);
    return FINE;
}

int nvmlDeviceGetUtilizationRates(void *device, struct loads *out)
{
    MAY_FAIL(device);
    *out = (struct loads){ .gpu = 91, .memory = 37 };
    return FINE;
}

int nvmlDeviceGetMemoryInfo(void *device, struct memory *out)
{
    MAY_FAIL(device);
    *out = (struct memory){ .total = 140 * GIB, .used = 4 * GIB, .free = 136 * GIB };
    return FINE;
}

int nvmlDeviceGetPowerUsage(void *device, unsigned *milliwatts)
{
    MAY_FAIL(device);
    *milliwatts = 412500;
    return FINE;
}

int nvmlDeviceGetEnforcedPowerLimit(void *device, unsigned *milliwatts)
{
    MAY_FAIL(device);
    *milliwatts = 700000;
    return FINE;
}

int nvmlDeviceGetTemperature(void *device, int sensor, unsigned *degrees)
{
    MAY_FAIL(device);
    *degrees = 54;
    return sensor == 0 ? FINE : NOT_SUPPORTED;
}

int nvmlDeviceGetClockInfo(void *device, int clock, unsigned *megahertz)
{
    MAY_FAIL(device);
    *megahertz = clock == 1 ? 1830 : 3201;
    return clock == 1 || clock == 2 ? FINE : NOT_SUPPORTED;
}

int nvmlDeviceGetMaxClockInfo(void *device, int clock, unsigned *megahertz)
{
    MAY_FAIL(device);
    *megahertz = clock == 1 ? 1980 : 3300;
    return clock == 1 || clock == 2 ? FINE : NOT_SUPPORTED;
}

int nvmlDeviceGetPcieThroughput(void *device, int direction, unsigned *kilobytes)
{
    MAY_FAIL(device);
    *kilobytes = direction == 1 ? 250000 : UINT_MAX;
    return FINE;
}

int nvmlDeviceGetTotalEccErrors(void *device, int errors, int since, unsigned long long *count)
{
    MAY_FAIL(device);
    *count = errors == 1 && since == 0 ? 3 : 99;
    return FINE;
}

#if AGE == TODAY
int nvmlDeviceGetCurrentClocksEventReasons(void *device, unsigned long long *bits);
int nvmlDeviceGetCurrentClocksEventReasons(void *device, unsigned long long *bits)
#else
int nvmlDeviceGetCurrentClocksThrottleReasons(void *device, unsigned long long *bits);
int nvmlDeviceGetCurrentClocksThrottleReasons(void *device, unsigned long long *bits)
#endif
{
    MAY_FAIL(device);
    *bits = 0;
    if (said("FAKE_NVML_THROTTLED", index_of(device)) == index_of(device))
        *bits = (unsigned long long)said("FAKE_NVML_THROTTLES", 0);
    return FINE;
}

static unsigned long long bytes_said(const char *text)
{
    return *text == '-' ? ULLONG_MAX : strtoull(text, NULL, 10);
}

static int list_processes(const void *device, unsigned *count, char *out)
{
    const unsigned whole = said("FAKE_NVML_MIG", -1) == index_of(device) ? 0 : UINT_MAX;
    const char *list = getenv("FAKE_NVML_PROCESSES");
    size_t size = (size_t)said("FAKE_NVML_ENTRY", AGE == TODAY ? 24 : 16);
    unsigned room = *count, there = 0;
    char *end;

    *count = 0;
    if (!list || index_of(device) != 0 || instance_of(device) != (whole == 0 ? 0 : -1))
        return FINE;
    for (; *list != '\0'; list = end + strcspn(end, " "), list += *list == ' ', there++) {
        unsigned pid = (unsigned)strtoul(list, &end, 10);
        unsigned long long memory = bytes_said(end + 1);
        struct {
            unsigned pid, padding;
            unsigned long long memory;
            unsigned instance, part;
            unsigned long long protected;
        } entry = { .pid = pid, .memory = memory, .instance = whole, .part = whole };

        if (there < room)
            memcpy(out + there * size, &entry, size);
    }
    *count = there;
    return there <= room ? FINE : INSUFFICIENT_SIZE;
}

int NAMED(nvmlDeviceGetComputeRunningProcesses, _v3)(void *device, unsigned *count, void *out)
{
    MAY_FAIL(device);
    return list_processes(device, count, out);
}

int NAMED(nvmlDeviceGetGraphicsRunningProcesses, _v3)(void *device, unsigned *count, void *out)
{
    MAY_FAIL(device);
    (void)out;
    *count = 0;
    return FINE;
}

#endif

#if AGE == TODAY

struct memory_v2 {
    unsigned version;
    unsigned long long total, reserved, free, used;
};

struct temperature {
    unsigned version;
    int sensor, degrees;
};

int nvmlDeviceGetMemoryInfo_v2(void *device, struct memory_v2 *out);
int nvmlDeviceGetTemperatureV(void *device, struct temperature *out);
int nvmlDeviceGetMPSComputeRunningProcesses_v3(void *device, unsigned *count, void *out);
int nvmlDeviceGetMigMode(void *device, unsigned *now, unsigned *after_reset);
int nvmlDeviceGetMaxMigDeviceCount(void *device, unsigned *count);
int nvmlDeviceGetMigDeviceHandleByIndex(void *device, unsigned index, void **out);

int nvmlDeviceGetMemoryInfo_v2(void *device, struct memory_v2 *out)
{
    unsigned long long total = instance_of(device) >= 0 ? 16 * GIB : 140 * GIB;

    MAY_FAIL(device);
    if (out->version != (sizeof *out | 2 << 24))
        return MISMATCH;
    *out = (struct memory_v2){ .total = total, .reserved = GIB, .used = 3 * GIB, .free = total - 4 * GIB };
    return FINE;
}

int nvmlDeviceGetTemperatureV(void *device, struct temperature *out)
{
    MAY_FAIL(device);
    if (out->version != (sizeof *out | 1 << 24))
        return MISMATCH;
    out->degrees = 55;
    return FINE;
}

int nvmlDeviceGetMPSComputeRunningProcesses_v3(void *device, unsigned *count, void *out)
{
    MAY_FAIL(device);
    return list_processes(device, count, out);
}

int nvmlDeviceGetMigMode(void *device, unsigned *now, unsigned *after_reset)
{
    MAY_FAIL(device);
    *now = *after_reset = index_of(device) == said("FAKE_NVML_MIG", -1);
    return FINE;
}

int nvmlDeviceGetMaxMigDeviceCount(void *device, unsigned *count)
{
    MAY_FAIL(device);
    *count = 7;
    return FINE;
}

/* The second and the fifth number are in use. */
int nvmlDeviceGetMigDeviceHandleByIndex(void *device, unsigned index, void **out)
{
    MAY_FAIL(device);
    if (index != 1 && index != 4)
        return NOT_FOUND;
    *out = (void *)((uintptr_t)device + (uintptr_t)(index == 1 ? 1 : 2) * INSTANCE);
    return FINE;
}

#endif
