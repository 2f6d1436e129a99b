#include "run/devices.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cpu/cpu_backend.h"

const struct backend_class *const backend_classes[] = {
    &cpu_backend_class,
    NULL,
};

int devices_list(struct device out[DEVICES_MAX])
{
    struct device_info found[DEVICES_MAX];
    char why_none[256];
    int count = 0;

    for (int b = 0; backend_classes[b]; b++) {
        int there = backend_classes[b]->devices(found, DEVICES_MAX, why_none, sizeof why_none);

        for (int i = 0; i < there && i < DEVICES_MAX && count < DEVICES_MAX; i++)
            out[count++] = (struct device){
                .backend = backend_classes[b],
                .choice = { .index = i },
                .info = found[i],
            };
    }
    return count;
}

/* "cpu:4": a device with threads, and how many of them. False when the name is not this device's. */
static bool is_named(const char *name, const struct device *d, const char **threads)
{
    size_t length = strlen(d->info.id);

    *threads = NULL;
    if (strncmp(name, d->info.id, length) != 0)
        return false;
    if (name[length] == ':' && d->info.threads > 0)
        *threads = name + length + 1;
    return name[length] == '\0' || *threads;
}

static bool no_device(const char *name, const struct device *list, int count, struct error *e)
{
    char known[256] = "";

    for (int i = 0; i < count; i++) {
        text_append(known, sizeof known, "%s%s", i ? ", " : "", list[i].info.id);
        if (list[i].info.threads > 0)
            text_append(known, sizeof known, ", %s:1 to %s:%d", list[i].info.id, list[i].info.id, list[i].info.threads);
    }
    return error_set(e, ERROR_DEVICE, "there is no device \"%s\" on this node; there is %s", name,
                     count ? known : "none that can train");
}

bool devices_choose(const char *name, struct device *out, struct error *e)
{
    struct device list[DEVICES_MAX];
    const char *threads = NULL;
    int count = devices_list(list), at = 0;
    int64_t wanted;

    while (at < count && !is_named(name, &list[at], &threads))
        at++;
    if (at == count || (threads && !text_to_int64(threads, &wanted)))
        return no_device(name, list, count, e);
    *out = list[at];
    if (!threads)
        return true;
    if (wanted < 1 || wanted > out->info.threads)
        return error_set(e, ERROR_DEVICE,
                         "device \"%s\": this process may use 1 to %d threads (of %d processors on the node)", name,
                         out->info.threads, out->info.threads_all);
    out->choice.threads = (int)wanted;
    return true;
}
