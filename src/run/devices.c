#include "run/devices.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "cpu/cpu_backend.h"
#include "nn/recipe/device_name.h"
#include "nn/recipe/shares.h"
#include "run/cuda_plugin.h"

const struct backend_class *const backend_classes[] = {
    &cpu_backend_class,
    &cuda_plugin_class,
    NULL,
};

/* Appends a backend's devices to a list of `count`; returns the new count. */
static int append(struct device out[DEVICES_MAX], int count, const struct backend_class *backend, char *why_none,
                  size_t size)
{
    struct device_info found[DEVICES_MAX];
    int there = backend->devices(found, DEVICES_MAX, why_none, size);

    for (int i = 0; i < there && i < DEVICES_MAX && count < DEVICES_MAX; i++)
        out[count++] = (struct device){ .backend = backend, .choice = { .index = i }, .info = found[i] };
    return count;
}

int devices_list(struct device out[DEVICES_MAX], char *missing, size_t size)
{
    int count = 0;

    missing[0] = '\0';
    for (int b = 0; backend_classes[b]; b++) {
        char why_none[256] = "", safe[sizeof why_none];
        int before = count;

        count = append(out, count, backend_classes[b], why_none, sizeof why_none);
        text_sanitise(safe, sizeof safe, why_none);
        if (count == before)
            text_append(missing, size, "%s%s: %s", missing[0] ? "; " : "", backend_classes[b]->name, safe);
    }
    return count;
}

/* Both are GPUs, and the first of them is the better one. */
static bool is_better(const struct device_info *one, const struct device_info *other)
{
    if (device_name_gpu(one->id) < 0 || device_name_gpu(other->id) < 0)
        return false;
    if (one->bandwidth < other->bandwidth || one->bandwidth > other->bandwidth)
        return one->bandwidth > other->bandwidth;
    return one->cores != other->cores ? one->cores > other->cores : one->memory > other->memory;
}

void devices_rank(struct device *list, int count)
{
    for (int i = 1; i < count; i++)
        for (int k = i; k > 0 && is_better(&list[k].info, &list[k - 1].info); k--) {
            const struct device better = list[k];

            list[k] = list[k - 1];
            list[k - 1] = better;
        }
}

int devices_at_hand(struct device out[DEVICES_MAX], char *missing, size_t size)
{
    char unused[1];

    snprintf(missing, size, "%s: the NVIDIA driver has not answered yet", cuda_plugin_class.name);
    return append(out, 0, &cpu_backend_class, unused, sizeof unused);
}

/* Is this the device's name? "cpu:4" is a device and its threads, "cuda" the first device of a backend. */
static bool is_named(const char *name, const struct device *d, const char **threads)
{
    size_t length = strlen(d->info.id);

    *threads = NULL;
    if (d->choice.index == 0 && strcmp(name, d->backend->name) == 0)
        return true;
    if (strncmp(name, d->info.id, length) != 0)
        return false;
    if (name[length] == ':' && d->info.threads > 0)
        *threads = name + length + 1;
    return name[length] == '\0' || *threads;
}

static bool find(const struct device *list, int count, const char *name, struct device *out, const char **threads)
{
    for (int i = 0; i < count; i++)
        if (is_named(name, &list[i], threads)) {
            *out = list[i];
            return true;
        }
    return false;
}

/* The error says which devices there are, and why there are none of the other kinds. */
static bool no_device(const struct device *list, int count, const char *missing, const char *name, struct error *e)
{
    char known[300] = "";

    for (int i = 0; i < count; i++) {
        text_append(known, sizeof known, "%s%s", i ? ", " : "", list[i].info.id);
        if (list[i].info.threads > 0)
            text_append(known, sizeof known, ", %s:1 to %s:%d", list[i].info.id, list[i].info.id, list[i].info.threads);
    }
    return error_set(e, ERROR_DEVICE, "there is no device \"%s\" on this node; there is %s%s%s", name,
                     count ? known : "none that can train", missing[0] ? "; " : "", missing);
}

/* Of the GPUs `numbers` those that are there: *out is all of them. The rest. */
static uint64_t gather(const struct device *list, int count, uint64_t numbers, struct device *out)
{
    uint64_t rest = numbers;

    for (int i = 0; i < count; i++) {
        const int number = device_name_gpu(list[i].info.id);

        if (number < 0 || !(rest >> number & 1))
            continue;
        if (rest == numbers)
            *out = list[i];
        rest &= ~(UINT64_C(1) << number);
        out->numbers |= UINT64_C(1) << number;
        out->choice.among |= UINT64_C(1) << list[i].choice.index;
        out->mixed = out->mixed || strcmp(list[i].info.name, out->info.name) != 0;
        if (list[i].info.memory < out->info.memory)
            out->info.memory = list[i].info.memory;
    }
    out->choice.replicas = __builtin_popcountll(out->choice.among);
    return rest;
}

static bool choose_gpus(const struct device *list, int count, const char *missing, const char *name,
                        struct device *out, struct error *e)
{
    char there[DEVICES_LABEL_SIZE];
    uint64_t numbers, rest;

    *out = (struct device){ .backend = NULL };
    if (!device_name_read_list(name, &numbers))
        return error_set(e, ERROR_DEVICE, "device \"%s\": several GPUs are cuda:0-3, cuda:0,2 or cuda:all, with "
                         "numbers from 0 to %d", name, DEVICES_MAX - 1);
    rest = gather(list, count, numbers, out);
    if (!out->backend)
        return no_device(list, count, missing, name, e);
    if (numbers == UINT64_MAX || rest == 0)
        return true;
    device_name_write_list(out->numbers, there, sizeof there);
    return error_set(e, ERROR_DEVICE, "device \"%s\": of these GPUs this node has only %s", name, there);
}

bool devices_has(const struct device *d, const struct device *one)
{
    const int number = device_name_gpu(one->info.id);

    return strcmp(d->info.id, one->info.id) == 0 || (number >= 0 && (d->numbers >> number & 1));
}

struct device devices_one_of(const struct device *several, int place)
{
    struct device one = *several;
    struct device_info infos[DEVICES_MAX];
    char unused[1];

    one.choice = backend_replica(&several->choice, place);
    if (devices_replicas(several) == 1 || several->choice.among == 0)
        return one;

    const int there = several->backend->devices(infos, DEVICES_MAX, unused, sizeof unused);

    one.numbers = 0;
    if (one.choice.index < there)
        one.info = infos[one.choice.index];
    return one;
}

/* Always false. `numbers`: what it asks for are numbers, but too large ones or none. */
static bool too_many(const struct device_info *info, const char *name, bool numbers, int64_t replicas, int64_t threads,
                     struct error *e)
{
    char wanted[128] = "";

    if (!numbers || replicas < 1 || threads < 1)
        text_append(wanted, sizeof wanted, "cpu:RxN is R replicas of N threads each, both from 1; ");
    else if (strchr(name, 'x'))
        text_append(wanted, sizeof wanted, "%" PRId64 " replica%s of %" PRId64 " thread%s: ", replicas,
                    replicas == 1 ? "" : "s", threads, threads == 1 ? "" : "s");
    return error_set(e, ERROR_DEVICE,
                     "device \"%s\": %sthis process may use 1 to %d threads (of %d processors on the node)", name,
                     strchr(name, 'x') ? wanted : "", info->threads, info->threads_all);
}

static bool choose_threads(const char *name, const char *behind, struct device *d, struct error *e)
{
    const int most = d->info.threads;
    int64_t replicas, threads;
    const bool numbers = device_name_read(behind, &replicas, &threads);

    if (!numbers || replicas < 1 || threads < 1 || replicas > most || threads > most / replicas)
        return too_many(&d->info, name, numbers, replicas, threads, e);
    if (replicas > DEVICES_MAX)
        return error_set(e, ERROR_DEVICE, "device \"%s\": at most %d replicas train in one process", name, DEVICES_MAX);
    d->choice.threads = (int)threads;
    d->choice.replicas = (int)replicas;
    return true;
}

bool devices_choose_among(const struct device *list, int count, const char *missing, const char *name,
                          struct device *out, struct error *e)
{
    const char *threads = NULL;
    int64_t unused;

    if (!device_name_check(name, e))
        return false;
    if (device_name_is_list(name))
        return choose_gpus(list, count, missing, name, out, e);
    if (!find(list, count, name, out, &threads) ||
        (threads && !strchr(threads, 'x') && !text_to_int64(threads, &unused)))
        return no_device(list, count, missing, name, e);
    return !threads || choose_threads(name, threads, out, e);
}

/* Asks only the backend that the name begins with, where that has the device: training on the CPU starts no
 * GPU driver. */
bool devices_choose(const char *name, struct device *out, struct error *e)
{
    struct device list[DEVICES_MAX];
    const char *threads;
    char missing[300];

    if (!device_name_check(name, e))
        return false;
    for (int b = 0; backend_classes[b] && !device_name_is_list(name); b++) {
        const char *backend = backend_classes[b]->name;
        bool its_own = strncmp(name, backend, strlen(backend)) == 0;
        int count = its_own ? append(list, 0, backend_classes[b], missing, sizeof missing) : 0;

        if (find(list, count, name, out, &threads))
            return devices_choose_among(list, count, "", name, out, e);
    }
    return devices_choose_among(list, devices_list(list, missing, sizeof missing), missing, name, out, e);
}

int devices_replicas(const struct device *d)
{
    return int_max(d->choice.replicas, 1);
}

int devices_threads(const struct device *d)
{
    return d->choice.threads > 0 ? d->choice.threads * devices_replicas(d) : d->info.threads;
}

bool devices_is_alone(const struct device *d, const char *who, struct error *e)
{
    char label[DEVICES_LABEL_SIZE];

    if (devices_replicas(d) == 1)
        return true;
    devices_label(d, label);
    if (d->info.threads == 0)
        return error_set(e, ERROR_DEVICE, "device \"%s\": %s on one GPU alone: take %s", label, who, d->info.id);
    return error_set(e, ERROR_DEVICE, "device \"%s\": %s on one replica alone: take %s:%d", label, who, d->info.id,
                     devices_threads(d));
}

struct device_choice devices_alone(const struct device *d)
{
    const bool several = devices_replicas(d) > 1 && d->info.threads > 0;

    return (struct device_choice){ .index = d->choice.index,
                                   .threads = several ? devices_threads(d) : d->choice.threads };
}

void devices_label(const struct device *d, char to[DEVICES_LABEL_SIZE])
{
    if (d->numbers != 0)
        device_name_write_list(d->numbers, to, DEVICES_LABEL_SIZE);
    else if (devices_replicas(d) > 1)
        snprintf(to, DEVICES_LABEL_SIZE, "%s:%dx%d", d->info.id, devices_replicas(d), d->choice.threads);
    else
        snprintf(to, DEVICES_LABEL_SIZE, "%s", d->info.id);
}

void devices_share_words(const struct device *d, const struct recipe *r, char *to, size_t size)
{
    const char *shares = r->training.shares;

    if (d->mixed && shares_kind(shares) == SHARES_AUTO)
        shares = "measured";
    to[0] = '\0';
    if (devices_replicas(d) > 1)
        device_name_share_words(d->choice.replicas, d->choice.threads, shares, r->training.batch, to, size);
}

void devices_words(const struct device *d, const struct recipe *r, char *to, size_t size)
{
    char label[DEVICES_LABEL_SIZE], shares[96];

    devices_label(d, label);
    devices_share_words(d, r, shares, sizeof shares);
    to[0] = '\0';
    text_append(to, size, "%s%s%s", label, shares[0] ? ": " : "", shares);
}

bool devices_share_batch(const struct device *d, const struct recipe *r, struct error *e)
{
    const int batch = r->training.batch;
    char label[DEVICES_LABEL_SIZE];

    if (devices_replicas(d) <= batch)
        return devices_replicas(d) == 1 || shares_fit(r->training.shares, devices_replicas(d), e);
    devices_label(d, label);
    return error_set(e, ERROR_DEVICE, "device \"%s\": %d %s cannot share a batch of %d image%s (training.batch): "
                     "each needs one at least", label, devices_replicas(d), d->info.threads > 0 ? "replicas" : "GPUs",
                     batch, batch == 1 ? "" : "s");
}

const char *devices_precision(const struct device *d, int precision)
{
    bool rounds = d->info.threads == 0 || precision != PRECISION_TF32;

    return precision_names[rounds ? precision : PRECISION_FP32];
}

uint64_t devices_host_memory(void)
{
    struct device_info cpu;
    char unused[1];

    return cpu_backend_class.devices(&cpu, 1, unused, sizeof unused) > 0 ? cpu.memory : 0;
}
