/* What this process may use of the machine: devices to train on, cores, and the job's time. */
#ifndef TUI_MACHINE_H
#define TUI_MACHINE_H

#include "host/cores.h"
#include "host/job_question.h"
#include "nn/train/trainer.h"
#include "run/device_search.h"
#include "run/run_gpus.h"

struct machine {
    struct device_search *search;  /* under way; NULL: all devices are known */
    int n_devices;
    struct device devices[DEVICES_MAX];
    char missing[256];             /* which kinds of device there are none of, and why; or "" */
    struct device device;          /* the one that the recipe names */
    struct error device_error;     /* kind ERROR_NONE: `device` is there */

    struct cores cores;
    struct job job;
    bool login_node;               /* nothing trains here unless the user insists */
    struct job_question *question; /* how much time the job has left; NULL: nothing is asked */
};

/* Starts the search for devices. `events` is rung when it has found them. */
void machine_open(struct machine *m, struct trainer_events events);
void machine_close(struct machine *m); /* a zeroed one is fine */

bool machine_found_devices(struct machine *m);           /* true, once, when the search has ended */
void machine_choose(struct machine *m, const char *name); /* the recipe's device */
void machine_follow_job(struct machine *m);              /* takes the answer about the job's time when it has come */

/* What there is to say about devices now: the one that goes first when the recipe's is not there. */
const struct device *machine_device(const struct machine *m);

/* Who the GPUs of a device are: of several as far as they were found. No sampler, and none: it is a CPU. */
void machine_gpus(const struct machine *m, const struct device *d, struct run_gpus *out);

#endif
