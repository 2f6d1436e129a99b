/* A snapshot of the node's NVIDIA GPUs, whoever uses them, as NVML reads them. A reading that is unknown is marked
 * unknown, never 0. Names are safe to show. The struct is large (some 60 kB): keep it on the heap. */
#ifndef HOST_GPU_READINGS_H
#define HOST_GPU_READINGS_H

#include <stddef.h>
#include <stdint.h>

#include "host/reading.h"

enum { GPUS_MAX = 16, GPU_INSTANCES_MAX = 8, GPU_PROCESSES_MAX = 16, GPU_UUID_SIZE = 96, GPU_NAME_SIZE = 96 };

/* The figures of a GPU: member of struct gpu_reading, name in JSON. Loads are fractions 0..1, rates bytes a second. */
#define GPU_FIGURES(X) \
    X(load, "load")                       /* the part of the last sample period in which kernels ran */ \
    X(memory_load, "memory_load")         /* … and in which memory was read or written */ \
    X(memory_used, "memory_used_bytes") \
    X(memory_total, "memory_total_bytes") \
    X(power, "power_watts") \
    X(power_limit, "power_limit_watts")   /* the one in force */ \
    X(temperature, "temperature_celsius") \
    X(sm_clock, "sm_clock_hertz") \
    X(sm_clock_max, "sm_clock_max_hertz") \
    X(memory_clock, "memory_clock_hertz") \
    X(memory_clock_max, "memory_clock_max_hertz") \
    X(pcie_in, "pcie_in_bytes_per_second")   /* into the GPU */ \
    X(pcie_out, "pcie_out_bytes_per_second") \
    X(ecc_errors, "ecc_errors")           /* uncorrected ones, since the driver was loaded */

/* What holds the clocks down, as bits, and its name. Low clocks of an idle GPU and clocks that a person has set are not
 * throttling. */
#define GPU_THROTTLES(X) \
    X(POWER_CAP, 0, "power cap") \
    X(THERMAL, 1, "thermal") \
    X(HARDWARE_THERMAL, 2, "hardware thermal") \
    X(POWER_BRAKE, 3, "power brake") \
    X(HARDWARE_SLOWDOWN, 4, "hardware slowdown") \
    X(SYNC_BOOST, 5, "sync boost") \
    X(BOARD_LIMIT, 6, "board limit")

enum gpu_throttle {
#define GPU_THROTTLE(name, bit, words) GPU_THROTTLE_##name = 1 << (bit),
    GPU_THROTTLES(GPU_THROTTLE)
#undef GPU_THROTTLE
};

enum gpu_mig { GPU_MIG_UNKNOWN, GPU_MIG_OFF, GPU_MIG_ON };

/* A part of a GPU in MIG mode. */
struct gpu_instance {
    char name[GPU_NAME_SIZE], uuid[GPU_UUID_SIZE]; /* "NVIDIA H200 MIG 1g.18gb", "MIG-…"; "" when unknown */
    bool mine; /* this process may use it */
    struct reading memory_used, memory_total;
};

struct gpu_process {
    int pid;
    int instance;  /* in the GPU's list, or -1 */
    bool mine;     /* is it this process? */
    char name[32]; /* "" when /proc does not have it */
    struct reading memory;
};

/* One GPU at one moment. */
struct gpu_reading {
    int index; /* as NVML and nvidia-smi count: not CUDA's number */
    char name[GPU_NAME_SIZE], uuid[GPU_UUID_SIZE], pci[32]; /* pci: "00000000:3B:00.0"; "" when unknown */
    bool mine; /* this process may use it (CUDA_VISIBLE_DEVICES) */
    bool lost; /* fell off the bus or needs a reset: `trouble` says it, readings are unknown */
    char trouble[96];
#define GPU_FIGURE(member, key) struct reading member;
    GPU_FIGURES(GPU_FIGURE)
#undef GPU_FIGURE
    bool throttles_known;
    unsigned throttles; /* enum gpu_throttle */
    enum gpu_mig mig;
    int instance_count;
    struct gpu_instance instances[GPU_INSTANCES_MAX];
    bool processes_known;
    int process_count;  /* all there are; the first GPU_PROCESSES_MAX are listed, most memory first */
    struct gpu_process processes[GPU_PROCESSES_MAX];
};

struct gpu_readings {
    uint64_t number;   /* of the snapshot: 1 for the first; 0 before there is one */
    double at;         /* clock_seconds() */
    char why_none[160]; /* one sentence when there is no GPU to read; else, and before the first snapshot, "" */
    int count;         /* in gpus[] */
    int all;           /* the number of GPUs in NVML; larger than `count` when they do not fit */
    struct gpu_reading gpus[GPUS_MAX];
};

/* The GPU of a CUDA device, or NULL. It is found by its UUID or that of one of its MIG instances, else by its PCI
 * address, compared as numbers (NVML writes the domain with 8 digits, CUDA with 4). Either may be "" or NULL. */
const struct gpu_reading *gpu_readings_find(const struct gpu_readings *readings, const char *pci, const char *uuid);

/* The MIG instance with that UUID, or NULL. */
const struct gpu_instance *gpu_readings_instance(const struct gpu_reading *gpu, const char *uuid);

/* The name of bit `bit` of `throttles`; NULL after the last. */
const char *gpu_readings_throttle_words(int bit);

/* "power cap, thermal"; "none"; "n/a". */
void gpu_readings_throttles(char *to, size_t size, const struct gpu_reading *gpu);
int gpu_readings_listed(const struct gpu_reading *gpu); /* how many processes are in the list */

#endif
