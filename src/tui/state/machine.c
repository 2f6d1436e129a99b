#include "tui/state/machine.h"

#include <stddef.h>

#include "base/text.h"
#include "host/login_node.h"

/* True when all devices are known from now on. */
static bool take_devices(struct machine *m, double seconds)
{
    if (!m->search ||
        !device_search_take(m->search, seconds, m->devices, &m->n_devices, m->missing, sizeof m->missing))
        return false;
    devices_rank(m->devices, m->n_devices);
    device_search_free(m->search);
    m->search = NULL;
    return true;
}

/* Without a driver all is known at once, and the screen need not be drawn a second time. */
static void look_for_devices(struct machine *m, struct trainer_events events)
{
    const double at_once_seconds = 0.1;
    struct error e;

    m->n_devices = devices_at_hand(m->devices, m->missing, sizeof m->missing);
    m->search = device_search_start(events.changed, events.context, &e);
    if (m->search)
        take_devices(m, at_once_seconds);
    else
        text_copy(m->missing, sizeof m->missing, e.text);
}

void machine_open(struct machine *m, struct trainer_events events)
{
    look_for_devices(m, events);
    m->cores = cores_count();
    job_read(&m->job);
    m->login_node = login_node_is(&m->job);
    m->question = job_question_ask(&m->job);
}

void machine_close(struct machine *m)
{
    device_search_free(m->search);
    job_question_free(m->question);
    *m = (struct machine){ 0 };
}

bool machine_found_devices(struct machine *m)
{
    return take_devices(m, 0);
}

void machine_choose(struct machine *m, const char *name)
{
    struct error *e = &m->device_error;

    e->kind = ERROR_NONE;
    if (!devices_choose_among(m->devices, m->n_devices, m->missing, name, &m->device, e) && m->search)
        error_set(e, ERROR_DEVICE, "%s", m->missing); /* it may be found yet */
}

void machine_follow_job(struct machine *m)
{
    if (!m->question || !job_question_take(m->question, &m->job))
        return;
    job_question_free(m->question);
    m->question = NULL;
}

void machine_gpus(const struct machine *m, const struct device *d, struct run_gpus *out)
{
    *out = (struct run_gpus){ .count = 0 };
    if (devices_replicas(d) == 1 && (d->info.pci[0] || d->info.uuid[0]))
        run_gpus_add(out, &d->info);
    for (int i = 0; devices_replicas(d) > 1 && i < m->n_devices; i++)
        if (m->devices[i].info.threads == 0 && devices_has(d, &m->devices[i]))
            run_gpus_add(out, &m->devices[i].info);
}

const struct device *machine_device(const struct machine *m)
{
    return m->device_error.kind == ERROR_NONE ? &m->device : &m->devices[0];
}
