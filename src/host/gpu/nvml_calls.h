/* The functions of NVML in use, as the loaded library has them; one that it does not have is NULL. The build uses no
 * header of NVIDIA's: names, numbers and layouts are those of the documented interface. */
#ifndef HOST_NVML_CALLS_H
#define HOST_NVML_CALLS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* A GPU or a MIG instance; it belongs to the library. */
typedef struct nvml_device *nvml_device;

enum nvml_result {
    NVML_FINE = 0,
    NVML_NOT_SUPPORTED = 3,
    NVML_NO_PERMISSION = 4,
    NVML_DRIVER_NOT_LOADED = 9,
    NVML_GPU_LOST = 15,
    NVML_RESET_REQUIRED = 16,
    NVML_VERSIONS_DIFFER = 18,
};

enum nvml_clock { NVML_CLOCK_OF_SM = 1, NVML_CLOCK_OF_MEMORY = 2 };
enum nvml_direction { NVML_OUT_OF_GPU = 0, NVML_INTO_GPU = 1 };
enum nvml_sensor { NVML_SENSOR_OF_GPU = 0 };
enum nvml_ecc { NVML_ECC_UNCORRECTED = 1, NVML_ECC_SINCE_DRIVER = 0 };
enum { NVML_PROCESSES_ROOM = 512 };

/* The first member of a structure with versions holds its size and its version number. */
#define NVML_VERSION(type, number) ((unsigned)(sizeof(type) | (number) << 24))

struct nvml_loads {
    unsigned gpu, memory; /* percent */
};

struct nvml_memory {
    unsigned long long total, free, used;
};

struct nvml_memory_v2 {
    unsigned version;
    unsigned long long total, reserved, free, used; /* here `used` does not include what the driver reserves */
};

struct nvml_temperature {
    unsigned version;
    int sensor, degrees;
};

/* The versions of this structure differ around these numbers, which are at the same offsets in all of them. */
struct nvml_pci {
    char text[16];
    unsigned domain, bus, device;
    char rest[100];
};

/* member, arguments, and the names of the function, newest first; the arguments mean the same in all of them */
#define NVML_CALLS(X) \
    X(init, (void), "nvmlInit_v2", "nvmlInit") \
    X(shutdown, (void), "nvmlShutdown") \
    X(device_count, (unsigned *count), "nvmlDeviceGetCount_v2", "nvmlDeviceGetCount") \
    X(device, (unsigned index, nvml_device *out), "nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex") \
    X(name, (nvml_device d, char *to, unsigned size), "nvmlDeviceGetName") \
    X(uuid, (nvml_device d, char *to, unsigned size), "nvmlDeviceGetUUID") \
    X(pci, (nvml_device d, struct nvml_pci *out), "nvmlDeviceGetPciInfo_v3", "nvmlDeviceGetPciInfo_v2", \
      "nvmlDeviceGetPciInfo") \
    X(loads, (nvml_device d, struct nvml_loads *out), "nvmlDeviceGetUtilizationRates") \
    X(memory_v2, (nvml_device d, struct nvml_memory_v2 *out), "nvmlDeviceGetMemoryInfo_v2") \
    X(memory, (nvml_device d, struct nvml_memory *out), "nvmlDeviceGetMemoryInfo") \
    X(power, (nvml_device d, unsigned *milliwatts), "nvmlDeviceGetPowerUsage") \
    X(power_limit, (nvml_device d, unsigned *milliwatts), "nvmlDeviceGetEnforcedPowerLimit", \
      "nvmlDeviceGetPowerManagementLimit") \
    X(temperature_v1, (nvml_device d, struct nvml_temperature *out), "nvmlDeviceGetTemperatureV") \
    X(temperature, (nvml_device d, int sensor, unsigned *degrees), "nvmlDeviceGetTemperature") \
    X(clock, (nvml_device d, int clock, unsigned *megahertz), "nvmlDeviceGetClockInfo") \
    X(clock_max, (nvml_device d, int clock, unsigned *megahertz), "nvmlDeviceGetMaxClockInfo") \
    X(pcie, (nvml_device d, int direction, unsigned *kilobytes), "nvmlDeviceGetPcieThroughput") \
    X(ecc, (nvml_device d, int errors, int since, unsigned long long *count), "nvmlDeviceGetTotalEccErrors") \
    X(throttles, (nvml_device d, unsigned long long *bits), "nvmlDeviceGetCurrentClocksEventReasons", \
      "nvmlDeviceGetCurrentClocksThrottleReasons") \
    X(mig_mode, (nvml_device d, unsigned *now, unsigned *after_reset), "nvmlDeviceGetMigMode") \
    X(instance_room, (nvml_device d, unsigned *count), "nvmlDeviceGetMaxMigDeviceCount") \
    X(instance, (nvml_device d, unsigned index, nvml_device *out), "nvmlDeviceGetMigDeviceHandleByIndex") \
    X(compute, (nvml_device d, unsigned *count, void *out), "nvmlDeviceGetComputeRunningProcesses_v3", \
      "nvmlDeviceGetComputeRunningProcesses_v2", "nvmlDeviceGetComputeRunningProcesses") \
    X(graphics, (nvml_device d, unsigned *count, void *out), "nvmlDeviceGetGraphicsRunningProcesses_v3", \
      "nvmlDeviceGetGraphicsRunningProcesses_v2", "nvmlDeviceGetGraphicsRunningProcesses") \
    X(mps, (nvml_device d, unsigned *count, void *out), "nvmlDeviceGetMPSComputeRunningProcesses_v3", \
      "nvmlDeviceGetMPSComputeRunningProcesses_v2", "nvmlDeviceGetMPSComputeRunningProcesses")

struct nvml_calls {
#define NVML_CALL(member, arguments, ...) int(*member) arguments;
    NVML_CALLS(NVML_CALL)
#undef NVML_CALL
};

/* `library`: a path, or a name that the system looks up. It stays loaded: not every driver's library can be unloaded.
 * False with ERROR_DEVICE when it is missing or is not NVML. */
bool nvml_calls_load(struct nvml_calls *out, const char *library, struct error *e);

#endif
