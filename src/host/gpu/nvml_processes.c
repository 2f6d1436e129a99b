#include "host/gpu/nvml_processes.h"

#include <stdalign.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* The beginning of the library's structure, in every version; some have MIG's numbers and more after it. */
struct entry {
    unsigned pid;
    unsigned long long memory;
};

enum { UNTOUCHED = 0xa5, LARGEST_ENTRY = 32 };

struct entries {
    unsigned count;
    size_t size; /* bytes of one */
    alignas(8) unsigned char bytes[NVML_PROCESSES_ROOM * LARGEST_ENTRY];
};

/* The function's name does not tell which structure it uses: _v3 has been seen with 16, 24 and (drivers 535.43 to
 * 535.86) 32 bytes. What it has written does tell: in each version the last bytes of an entry are the high ones of a
 * small number, or all ones, and so never those of UNTOUCHED. */
static size_t measure(const struct entries *list)
{
    size_t end = sizeof list->bytes;

    while (end > 0 && list->bytes[end - 1] == UNTOUCHED)
        end--;
    return list->count > 0 ? end / list->count : 0;
}

typedef int (*lister)(nvml_device device, unsigned *count, void *out);

static bool list_processes(struct entries *list, lister ask, nvml_device device)
{
    memset(list->bytes, UNTOUCHED, sizeof list->bytes);
    list->count = NVML_PROCESSES_ROOM;
    if (!ask || ask(device, &list->count, list->bytes) != NVML_FINE || list->count > NVML_PROCESSES_ROOM)
        return false;
    list->size = measure(list);
    return list->count == 0 || (list->size >= sizeof(struct entry) && list->size <= LARGEST_ENTRY);
}

static void read_name(char *to, size_t size, int pid)
{
    char path[64], line[64] = "";

    snprintf(path, sizeof path, "/proc/%d/comm", pid);
    FILE *file = fopen(path, "re");
    if (file && !fgets(line, sizeof line, file))
        line[0] = '\0';
    if (file)
        fclose(file);
    line[strcspn(line, "\n")] = '\0';
    text_sanitise(to, size, line);
}

/* The position in the list for a process with that much memory; unknown counts as least. */
static int position_of(const struct gpu_reading *gpu, struct reading memory)
{
    int at = gpu_readings_listed(gpu);

    while (at > 0 && memory.known &&
           (!gpu->processes[at - 1].memory.known || gpu->processes[at - 1].memory.value < memory.value))
        at--;
    return at;
}

static bool is_listed(const struct gpu_reading *gpu, int pid, int instance)
{
    for (int i = 0; i < gpu_readings_listed(gpu); i++)
        if (gpu->processes[i].pid == pid && gpu->processes[i].instance == instance)
            return true;
    return false;
}

static void add(struct gpu_reading *gpu, const struct entry *entry, int instance)
{
    struct gpu_process process = { .pid = (int)entry->pid, .instance = instance, .mine = (int)entry->pid == getpid() };

    if (is_listed(gpu, process.pid, instance))
        return;
    if (entry->memory != ~0ULL)
        process.memory = reading_of((double)entry->memory);
    int at = position_of(gpu, process.memory), after = gpu_readings_listed(gpu) - at;
    gpu->process_count++;
    if (at == GPU_PROCESSES_MAX)
        return;
    if (after == GPU_PROCESSES_MAX - at)
        after--;
    memmove(&gpu->processes[at + 1], &gpu->processes[at], (size_t)after * sizeof process);
    read_name(process.name, sizeof process.name, process.pid);
    gpu->processes[at] = process;
}

void nvml_processes_add(struct gpu_reading *gpu, const struct nvml_calls *calls, nvml_device device, int instance)
{
    const lister kinds[] = { calls->compute, calls->graphics, calls->mps };
    struct entries list;

    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        if (!list_processes(&list, kinds[k], device))
            continue;
        gpu->processes_known = true;
        for (unsigned i = 0; i < list.count; i++) {
            struct entry entry;

            memcpy(&entry, list.bytes + i * list.size, sizeof entry);
            add(gpu, &entry, instance);
        }
    }
}
