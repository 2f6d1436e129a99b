#include "host/job.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

static void take_text(char *to, size_t size, const char *name)
{
    const char *value = getenv(name);

    text_sanitise(to, size, value ? value : "");
}

/* A whole number above 0, else 0. */
static int64_t take_number(const char *name)
{
    const char *value = getenv(name);
    int64_t number;

    return value && text_to_int64(value, &number) && number > 0 ? number : 0;
}

static double take_time(const char *name)
{
    const char *value = getenv(name);
    double seconds;

    return value && text_to_double(value, &seconds) && seconds > 0 ? seconds : 0;
}

/* Those of a list like "0,3"; 0 for "" and for what hides all ("NoDevFiles", "-1"). */
static int count_listed(const char *list)
{
    int count = 0;

    if (strcmp(list, "NoDevFiles") == 0 || list[0] == '-')
        return 0;
    for (const char *at = list; *at; at++)
        count += *at != ',' && (at == list || at[-1] == ',');
    return count;
}

/* A step can have fewer than its job. */
static void read_gpus(struct job *out)
{
    const char *visible = getenv("CUDA_VISIBLE_DEVICES");

    take_text(out->gpus, sizeof out->gpus, "SLURM_STEP_GPUS");
    if (out->gpus[0] == '\0')
        take_text(out->gpus, sizeof out->gpus, "SLURM_JOB_GPUS");
    out->gpu_count = count_listed(out->gpus);
    if (out->gpu_count == 0)
        out->gpu_count = (int)take_number("SLURM_GPUS_ON_NODE");
    out->gpus_bound = visible ? count_listed(visible) : -1;
}

/* Slurm counts in MiB. */
static uint64_t read_memory(int cores)
{
    const uint64_t mebibyte = 1 << 20;
    uint64_t of_core = (uint64_t)take_number("SLURM_MEM_PER_CPU");

    return of_core ? of_core * (uint64_t)cores * mebibyte : (uint64_t)take_number("SLURM_MEM_PER_NODE") * mebibyte;
}

static void read_job(struct job *out)
{
    int64_t cores = take_number("SLURM_CPUS_ON_NODE");

    take_text(out->id, sizeof out->id, "SLURM_JOB_ID");
    take_text(out->name, sizeof out->name, "SLURM_JOB_NAME");
    take_text(out->partition, sizeof out->partition, "SLURM_JOB_PARTITION");
    take_text(out->account, sizeof out->account, "SLURM_JOB_ACCOUNT");
    out->interactive = getenv("SLURM_PTY_PORT") != NULL;
    out->cores = (int)(cores ? cores : take_number("SLURM_CPUS_PER_TASK"));
    out->memory = read_memory(out->cores);
    read_gpus(out);
    out->begin = take_time("SLURM_JOB_START_TIME");
    out->end = take_time("SLURM_JOB_END_TIME");
}

void job_read(struct job *out)
{
    const char *id = getenv("SLURM_JOB_ID");

    *out = (struct job){ .inside = id && id[0] != '\0', .gpus_bound = -1 };
    if (out->inside)
        read_job(out);
    take_text(out->node, sizeof out->node, "SLURMD_NODENAME");
    if (out->node[0] == '\0')
        gethostname(out->node, sizeof out->node - 1);
}

/* From the first to the second, not below 0; negative when either is unknown. */
static double seconds_between(double first, double second)
{
    if (first <= 0 || second <= 0)
        return -1;
    return second > first ? second - first : 0;
}

double job_seconds_left(const struct job *j)
{
    return seconds_between(clock_now(), j->end);
}

double job_seconds_used(const struct job *j)
{
    return seconds_between(j->begin, clock_now());
}
