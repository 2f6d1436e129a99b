#include "cli/gpu_lines.h"

#include <stdio.h>

#include "base/text.h"

enum { LINE_SIZE = 256 };

static void append_figure(char line[LINE_SIZE], const char *format, struct reading reading, double scale)
{
    if (!reading.known)
        return;
    text_append(line, LINE_SIZE, ", ");
    text_append(line, LINE_SIZE, format, reading.value * scale);
}

static void append_power(char line[LINE_SIZE], const struct gpu_reading *gpu)
{
    if (!gpu->power.known)
        return;
    text_append(line, LINE_SIZE, ", %.0f", gpu->power.value);
    if (gpu->power_limit.known)
        text_append(line, LINE_SIZE, " of %.0f", gpu->power_limit.value);
    text_append(line, LINE_SIZE, " W");
}

static void append_memory(char line[LINE_SIZE], const struct gpu_reading *gpu)
{
    char used[32], total[32];

    if (!gpu->memory_used.known || !gpu->memory_total.known)
        return;
    text_bytes(used, sizeof used, (uint64_t)gpu->memory_used.value);
    text_bytes(total, sizeof total, (uint64_t)gpu->memory_total.value);
    text_append(line, LINE_SIZE, ", %s of %s", used, total);
}

/* Only what is known, and only what is worth a word. */
static void append_figures(char line[LINE_SIZE], const struct gpu_reading *gpu)
{
    char throttles[128];

    append_figure(line, "%.0f %% busy", gpu->load, 100);
    append_memory(line, gpu);
    append_power(line, gpu);
    append_figure(line, "%.0f C", gpu->temperature, 1);
    if (gpu->mig == GPU_MIG_ON)
        text_append(line, LINE_SIZE, ", %d MIG instance%s", gpu->instance_count, gpu->instance_count == 1 ? "" : "s");
    if (gpu->ecc_errors.known && gpu->ecc_errors.value > 0)
        append_figure(line, "%.0f ECC errors", gpu->ecc_errors, 1);
    gpu_readings_throttles(throttles, sizeof throttles, gpu);
    if (gpu->throttles != 0)
        text_append(line, LINE_SIZE, ", held down by %s", throttles);
}

static void print_gpu(const struct gpu_reading *gpu)
{
    char line[LINE_SIZE], number[16];

    snprintf(number, sizeof number, "gpu %d", gpu->index);
    text_copy(line, sizeof line, gpu->name[0] ? gpu->name : "GPU");
    if (gpu->pci[0])
        text_append(line, sizeof line, " at %s", gpu->pci);
    if (gpu->trouble[0])
        text_append(line, sizeof line, ": %s", gpu->trouble);
    else
        append_figures(line, gpu);
    if (!gpu->mine)
        text_append(line, sizeof line, " (not for this process)");
    printf("%-8s %s\n", number, line);
}

void gpu_lines_print(const struct gpu_readings *readings)
{
    for (int i = 0; i < readings->count; i++)
        print_gpu(&readings->gpus[i]);
    if (readings->all > readings->count)
        printf("%-8s and %d more\n", "", readings->all - readings->count);
}
