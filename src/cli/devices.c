/* cuvette devices: what there is to train on, how much of it this process may use, and why not more. */
#include <jansson.h>
#include <stdio.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/options.h"
#include "host/cores.h"
#include "run/devices.h"

enum { JSON };

static const struct command_option options[] = {
    [JSON] = { "json", NULL, "print one JSON object for programs" },
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

static json_t *device_json(const struct device_info *info)
{
    char name[sizeof info->name];

    text_sanitise(name, sizeof name, info->name); /* Jansson takes valid UTF-8 only */
    json_t *device = json_pack("{s:s, s:s}", "id", info->id, "name", name);
    if (info->threads > 0) {
        json_object_set_new(device, "threads", json_integer(info->threads));
        json_object_set_new(device, "threads_of_node", json_integer(info->threads_all));
        json_object_set_new(device, "vector_unit", json_string(info->unit));
        json_object_set_new(device, "limit", json_string(cores_count().limit));
    }
    if (info->pci[0]) {
        json_object_set_new(device, "architecture", json_string(info->unit));
        json_object_set_new(device, "pci", json_string(info->pci));
        json_object_set_new(device, "uuid", json_string(info->uuid));
    }
    json_object_set_new(device, "memory_bytes",
                        info->memory > 0 ? json_integer((json_int_t)info->memory) : json_null());
    return device;
}

/* Jansson's setters fail on NULL, so that want of memory shows in the end as a dump that fails. */
static bool print_json(struct error *e)
{
    json_t *devices = json_array(), *missing = json_object();

    for (int i = 0; backend_classes[i]; i++) {
        struct finding found = look(backend_classes[i]);

        for (int k = 0; k < found.count; k++)
            json_array_append_new(devices, device_json(&found.devices[k]));
        if (found.count == 0)
            json_object_set_new(missing, backend_classes[i]->name, json_string(found.why_none));
    }

    json_t *all = json_pack("{s:o, s:o}", "devices", devices, "none", missing);
    bool fine = all && json_dumpf(all, stdout, JSON_INDENT(2)) == 0 && putchar('\n') != EOF;
    json_decref(all);
    return fine || error_set(e, ERROR_IO, "cannot print the devices");
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
        return print_json(e);
    print_backends();
    return true;
}

const struct command command_devices = {
    .name = "devices",
    .arguments = "[--json]",
    .help = "list what there is to train on",
    .options = options,
    .run = run,
};
