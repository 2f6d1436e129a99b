/* cuvette devices: what there is to train on, how much of it this process may use, and why not more. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/devices_json.h"
#include "cli/gpu_lines.h"
#include "cli/options.h"
#include "host/cores.h"
#include "host/gpu/nvml.h"
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

    printf("%-8s %d of %d cores", "", info->threads, info->threads_all);
    if (cores.limit[0])
        printf(" (limit: %s)", cores.limit);
    if (info->unit[0])
        printf(", %s", info->unit);
    putchar('\n');
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

static void print_backends(void)
{
    for (int i = 0; backend_classes[i]; i++) {
        struct finding found = look(backend_classes[i]);

        for (int k = 0; k < found.count; k++)
            print_device(&found.devices[k]);
        if (found.count == 0)
            printf("%-8s none: %s\n", backend_classes[i]->name, found.why_none);
    }
}

/* What everything is doing at the moment. */
struct snapshot {
    struct gpu_readings gpus;
    struct host_readings host;
};

/* Loads and rates are those of a short while, in which the GPUs are read too. */
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

/* Jansson's setters fail on NULL, so that want of memory shows in the end as a dump that fails. */
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
    json_t *all = snapshot_json(now);
    bool fine = all && json_dumpf(all, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) == 0 && putchar('\n') != EOF;

    json_decref(all);
    return fine || error_set(e, ERROR_IO, "cannot print the devices");
}

static bool print_snapshot(struct error *e)
{
    struct snapshot *now = memory_new(1, sizeof *now, e);
    bool fine = now && take(now, e) && print_json(now, e);

    free(now);
    return fine;
}

static bool print_gpus(struct error *e)
{
    struct gpu_readings *readings = memory_new(1, sizeof *readings, e);

    if (!readings)
        return false;
    nvml_take(NULL, readings);
    gpu_lines_print(readings);
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
    .help = "list what there is to train on",
    .options = options,
    .run = run,
};
