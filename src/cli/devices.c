/* cuvette devices: lists the devices that can train, and how much of them this process may use. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/devices_json.h"
#include "cli/json_out.h"
#include "cli/options.h"
#include "host/cores.h"
#include "host/gpu/nvml.h"
#include "host/placement.h"
#include "run/cuda_libraries.h"
#include "run/devices.h"

enum { JSON };

static const struct command_option options[] = {
    [JSON] = { "json", NULL, "print one JSON object for programs, with readings" },
    { .name = NULL },
};

/* What one backend finds on this machine. */
struct finding {
    int count;
    struct device_info devices[DEVICES_MAX];
    char why_none[256]; /* safe to show */
};

static struct finding look(const struct backend_class *backend)
{
    struct finding found = { .count = 0 };
    char why_none[sizeof found.why_none] = "";

    found.count = backend->devices(found.devices, DEVICES_MAX, why_none, sizeof why_none);
    text_sanitise(found.why_none, sizeof found.why_none, why_none);
    return found;
}

/* A CPU's threads, and what limits them. */
static void print_threads(const struct device_info *info)
{
    struct cores cores = cores_count();
    char nodes[300];

    printf("%-8s %d of %d cores", "", info->threads, info->threads_all);
    if (cores.limit[0])
        printf(" (limit: %s)", cores.limit);
    if (info->unit[0])
        printf(", %s", info->unit);
    putchar('\n');
    if (placement_machine(nodes, sizeof nodes) > 1)
        printf("%-8s %s\n", "", nodes);
}

static void print_device(const struct device_info *info)
{
    char name[sizeof info->name], memory[32] = "n/a";

    text_sanitise(name, sizeof name, info->name);
    if (info->memory > 0)
        text_bytes(memory, sizeof memory, info->memory);
    printf("%-8s %s\n", info->id, name);
    if (info->threads > 0)
        print_threads(info);
    if (info->pci[0])
        printf("%-8s %s at %s, %s\n", "", info->unit, info->pci, info->uuid);
    printf("%-8s memory %s\n", "", memory);
}

/* What training on GPUs takes from the node, beside the driver. */
static void print_libraries(void)
{
    struct cuda_library_found found;

    for (const struct cuda_library *l = cuda_libraries; l->name; l++)
        if (cuda_libraries_find(l, &found))
            printf("%-8s %s %s: %s\n", "", l->name, found.version, found.path);
        else if (l->advice[0])
            printf("%-8s %s not found: %s\n", "", l->name, l->without);
}

static void print_backends(void)
{
    for (int i = 0; backend_classes[i]; i++) {
        struct finding found = look(backend_classes[i]);

        for (int k = 0; k < found.count; k++)
            print_device(&found.devices[k]);
        if (found.count == 0)
            printf("%-8s none: %s\n", backend_classes[i]->name, found.why_none);
        else if (strcmp(backend_classes[i]->name, "cuda") == 0)
            print_libraries();
    }
}

/* What the GPUs and the node are doing now. */
struct snapshot {
    struct gpu_readings gpus;
    struct host_readings host;
};

/* Loads and rates are averages over a short time, in which the GPUs are read too. */
static bool take(struct snapshot *now, struct error *e)
{
    const double while_seconds = 0.25;
    struct host_sampler *sampler = host_sampler_new();
    double end = clock_seconds() + while_seconds;

    if (!sampler)
        return error_set(e, ERROR_MEMORY, "out of memory for the node's readings");
    host_sampler_read(sampler, &now->host);
    nvml_take(NULL, &now->gpus);
    double left = end - clock_seconds();
    if (left > 0)
        nanosleep(&(struct timespec){ .tv_nsec = (long)(left * 1e9) }, NULL);
    host_sampler_read(sampler, &now->host);
    host_sampler_free(sampler);
    return true;
}

/* Jansson's setters fail on NULL, so a lack of memory makes the dump at the end fail. */
static json_t *snapshot_json(const struct snapshot *now)
{
    json_t *devices = json_array(), *missing = json_object();

    for (int i = 0; backend_classes[i]; i++) {
        struct finding found = look(backend_classes[i]);

        for (int k = 0; k < found.count; k++)
            json_array_append_new(devices, devices_json_device(&found.devices[k], &now->gpus));
        if (found.count == 0)
            json_object_set_new(missing, backend_classes[i]->name, json_string(found.why_none));
    }
    return json_pack("{s:o, s:o, s:o, s:s?, s:o}", "devices", devices, "none", missing, "gpus",
                     devices_json_gpus(&now->gpus), "gpus_none", now->gpus.why_none[0] ? now->gpus.why_none : NULL,
                     "host", devices_json_host(&now->host));
}

static bool print_json(const struct snapshot *now, struct error *e)
{
    return json_out_print(snapshot_json(now), JSON_INDENT(2) | JSON_REAL_PRECISION(6), "the devices", e);
}

static bool print_snapshot(struct error *e)
{
    struct snapshot *now = memory_new(1, sizeof *now, e);
    bool fine = now && take(now, e) && print_json(now, e);

    free(now);
    return fine;
}

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

/* Appends the figures that are known and of interest. */
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

/* Prints a line for each GPU of the node, whoever uses it. */
static void print_gpu_lines(const struct gpu_readings *readings)
{
    for (int i = 0; i < readings->count; i++)
        print_gpu(&readings->gpus[i]);
    if (readings->all > readings->count)
        printf("%-8s and %d more\n", "", readings->all - readings->count);
}

static bool print_gpus(struct error *e)
{
    struct gpu_readings *readings = memory_new(1, sizeof *readings, e);

    if (!readings)
        return false;
    nvml_take(NULL, readings);
    print_gpu_lines(readings);
    free(readings);
    return true;
}

static bool run(int argc, char **argv, struct error *e)
{
    struct options words = options_begin(options, argc, argv);
    const char *word;
    bool json = false;

    for (int option; (option = options_next(&words, &word, e)) != OPTIONS_END;)
        switch (option) {
        case JSON:
            json = true;
            break;
        case OPTIONS_WORD:
            return options_surplus(word, e);
        default:
            return false;
        }
    if (json)
        return print_snapshot(e);
    print_backends();
    return print_gpus(e);
}

COMMAND(devices) = {
    .name = "devices",
    .arguments = "[--json]",
    .help = "list the devices that can train",
    .options = options,
    .run = run,
};
