#include "batch/batch_job.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

enum { CPUS = 4, CPUS_MOST = 1024, NODES_MOST = 4096, TASKS_MOST = 1024 };

const char *const batch_mpi_names[] = {
#define NAME(kind, name, family) [BATCH_##kind] = #name,
    BATCH_MPI(NAME)
#undef NAME
    NULL
};

const char *const batch_mpi_families[] = {
#define FAMILY(kind, name, family) [BATCH_##kind] = family,
    BATCH_MPI(FAMILY)
#undef FAMILY
    NULL
};

static const struct field fields[] = {
    TEXT_FIELD(struct batch_job, name, "", "the job's name; empty: the recipe's"),
    TEXT_FIELD(struct batch_job, time, "", "its time, as 30 (minutes), 8:00:00 or 1-12:00:00; empty: the partition's"),
    INTEGER_FIELD(struct batch_job, cpus, 1, CPUS_MOST, CPUS, "cores, and threads to train with, of each rank"),
    TEXT_FIELD(struct batch_job, gpus, "", "GPUs of each node, as 1 or a100:1; empty: none"),
    BYTES_FIELD(struct batch_job, mem, 0, 0x1p50, 0, "memory of each node; 0: the site's default"),
    INTEGER_FIELD(struct batch_job, nodes, 1, NODES_MOST, 1, "nodes that train together"),
    INTEGER_FIELD(struct batch_job, tasks, 0, TASKS_MOST, 0,
                  "ranks on each node; 0: one, or with several nodes one for each GPU"),
    CHOICE_FIELD(struct batch_job, mpi, batch_mpi_names, BATCH_PMIX,
                 "how srun starts several ranks: as the site's MPI wants it"),
    TEXT_FIELD(struct batch_job, partition, "", "the partition; empty: the site's default"),
    TEXT_FIELD(struct batch_job, account, "", "the account that pays; empty: your default"),
    TEXT_FIELD(struct batch_job, qos, "", "the quality of service; empty: your default"),
    PATH_FIELD(struct batch_job, run, "", "folder of the run; empty: one named after the job, with other runs"),
    SWITCH_FIELD(struct batch_job, requeue, true, "queue it again when its time is over, to go on"),
};

const struct field_table batch_job_fields = FIELD_TABLE(fields);

static bool take_number(const char **at, int *out)
{
    enum { DIGITS_MOST = 7, TEN = 10 };
    const char *begin = *at;

    for (*out = 0; isdigit((unsigned char)**at); ++*at)
        if (*at - begin < DIGITS_MOST)
            *out = TEN * *out + (**at - '0');
    return *at > begin && *at - begin <= DIGITS_MOST;
}

bool batch_job_seconds(const char *time, double *seconds)
{
    enum { PARTS = 3 };
    static const double of_part[] = { 3600, 60, 1 }, of_day = 86400;
    int part[PARTS], n = 0;
    bool has_days = false;
    double sum = 0;

    for (;; time++) {
        if (n == PARTS || !take_number(&time, &part[n]))
            return false;
        if (*time == '-' && n == 0 && !has_days) {
            has_days = true;
            sum = of_day * part[0];
            continue;
        }
        n++;
        if (*time != ':')
            break;
    }

    int first = has_days || n == PARTS ? 0 : 1; /* hours, or minutes */

    for (int i = 0; i < n; i++)
        sum += of_part[first + i] * part[i];
    *seconds = sum;
    return *time == '\0' && sum > 0;
}

bool batch_job_has_gpus(const struct batch_job *job)
{
    return job->gpus[0] != '\0' && strcmp(job->gpus, "0") != 0;
}

int batch_job_gpus(const struct batch_job *job)
{
    const char *colon = strrchr(job->gpus, ':');

    return atoi(colon ? colon + 1 : job->gpus);
}

int batch_job_tasks(const struct batch_job *job)
{
    if (job->tasks > 0)
        return job->tasks;
    return job->nodes > 1 && batch_job_has_gpus(job) ? int_max(1, batch_job_gpus(job)) : 1;
}

int batch_job_ranks(const struct batch_job *job)
{
    return (job->nodes > 1 ? job->nodes : 1) * batch_job_tasks(job);
}

/* A number, or a type, a colon and a number. */
static bool are_gpus(const char *gpus)
{
    const char *colon = strrchr(gpus, ':'), *number = colon ? colon + 1 : gpus;
    size_t digits = strspn(number, "0123456789");

    for (const char *c = gpus; colon && c < colon; c++)
        if (!isalnum((unsigned char)*c) && !strchr("_.-:", *c))
            return false;
    return digits > 0 && digits <= 4 && number[digits] == '\0' && colon != gpus;
}

static bool has_control(const char *text)
{
    for (; *text; text++)
        if (iscntrl((unsigned char)*text))
            return true;
    return false;
}

bool batch_job_check(const struct batch_job *job, struct error *e)
{
    double seconds;

    for (int i = 0; i < batch_job_fields.count; i++)
        if (fields[i].kind == FIELD_TEXT && has_control((const char *)job + fields[i].offset))
            return error_set(e, ERROR_INPUT, "%s cannot have line breaks or other control characters", fields[i].name);
    if (job->time[0] != '\0' && !batch_job_seconds(job->time, &seconds))
        return error_set(e, ERROR_INPUT, "time is '%s': it must be as 30 (minutes), 8:00:00 or 1-12:00:00", job->time);
    if (job->gpus[0] != '\0' && !are_gpus(job->gpus))
        return error_set(e, ERROR_INPUT, "gpus is '%s': it must be a number, or a type and a number as a100:1",
                         job->gpus);
    return batch_job_ranks(job) == 1 || !batch_job_has_gpus(job) || batch_job_gpus(job) == batch_job_tasks(job) ||
           error_set(e, ERROR_INPUT, "%d ranks on each node, and gpus is '%s': each rank trains on a GPU of its own",
                     batch_job_tasks(job), job->gpus);
}
