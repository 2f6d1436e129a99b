/* Looks at what a job has and what is made of it, and says what is odd, each in a line with what to type. A fact that
 * is not known makes nothing odd. */
#ifndef HOST_JOB_CHECK_H
#define HOST_JOB_CHECK_H

#include "base/path.h"
#include "host/cores.h"
#include "host/host_sampler.h"
#include "host/job.h"

struct job_facts {
    struct job job;
    struct cores cores;
    bool login_node;
    int ranks;            /* processes of the job that train together, of which this is one; 0 or 1: it is alone */
    int threads;          /* that train; 0: they are not what trains, or it is not known */
    int on_gpus;          /* that it trains on, or is to */
    int gpus;             /* that cuvette can train on; -1: not known yet */
    double gpu_idle;      /* seconds since a GPU of the job worked; negative: unknown */
    struct reading memory_used, memory_limit, throttled; /* as in host_readings */
    char runs[PATH_SIZE]; /* the folder of runs; "": unknown */
    struct reading room;  /* bytes that may still be written there, by disk and quota */
};

/* The checks, the most pressing first. A row needs a function check_NAME in job_check.c. */
#define JOB_CHECKS(X) \
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

enum job_check {
#define JOB_CHECK_ROW(name) JOB_CHECK_##name,
    JOB_CHECKS(JOB_CHECK_ROW)
#undef JOB_CHECK_ROW
    JOB_CHECK_COUNT
};

struct job_finding {
    enum job_check check;
    char words[200];
};

/* Returns how many there are. */
int job_check_look(const struct job_facts *f, struct job_finding out[JOB_CHECK_COUNT]);

/* Looks at the folder of runs and the room there, which a file system that hangs can make last. */
void job_check_look_at_runs(struct job_facts *f);

/* A GPU that idles longer is told of. */
#define JOB_CHECK_IDLE_SECONDS 600.0

#endif
