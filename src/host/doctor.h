/* Looks at what a job has and what is made of it, and says what is odd, each in a line with what to type. A fact that
 * is not known makes nothing odd. */
#ifndef HOST_DOCTOR_H
#define HOST_DOCTOR_H

#include "base/path.h"
#include "host/cores.h"
#include "host/host_sampler.h"
#include "host/job.h"

struct doctor_facts {
    struct job job;
    struct cores cores;
    bool login_node;
    int threads;          /* that train; 0: they are not what trains, or it is not known */
    bool on_gpu;          /* it trains on one, or is to */
    int gpus;             /* that cuvette can train on; -1: not known yet */
    double gpu_idle;      /* seconds since a GPU of the job worked; negative: unknown */
    struct reading memory_used, memory_limit, throttled; /* as in host_readings */
    char runs[PATH_SIZE]; /* the folder of runs; "": unknown */
    struct reading room;  /* bytes that may still be written there, by disk and quota */
};

/* The checks, the most pressing first. A row needs a function check_NAME in doctor.c. */
#define DOCTOR_CHECKS(X) \
    X(login_node) \
    X(gpu_not_bound) \
    X(gpu_not_usable) \
    X(gpu_idle) \
    X(gpu_unused) \
    X(memory) \
    X(step_cores) \
    X(threads) \
    X(throttling) \
    X(room) \
    X(purged)

enum doctor_check {
#define DOCTOR_CHECK(name) DOCTOR_##name,
    DOCTOR_CHECKS(DOCTOR_CHECK)
#undef DOCTOR_CHECK
    DOCTOR_CHECK_COUNT
};

struct doctor_finding {
    enum doctor_check check;
    char words[200];
};

/* Returns how many there are. */
int doctor_look(const struct doctor_facts *f, struct doctor_finding out[DOCTOR_CHECK_COUNT]);

/* Looks at the folder of runs and the room there, which a file system that hangs can make last. */
void doctor_look_at_runs(struct doctor_facts *f);

/* A GPU that idles longer is told of. */
#define DOCTOR_IDLE_SECONDS 600.0

#endif
