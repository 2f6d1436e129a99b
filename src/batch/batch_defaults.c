#include "batch/batch_defaults.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "host/job_request.h"
#include "nn/recipe/device_name.h"

static const double giga = 0x1p30;

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* The number behind the colon of "cuda:4"; -1: there is none. */
static int number_behind(const char *text)
{
    const char *colon = strrchr(text, ':');
    int64_t number;

    return text_to_int64(colon ? colon + 1 : text, &number) ? (int)number : -1;
}

void batch_defaults_of_recipe(struct batch_job *job, const struct recipe *r)
{
    int threads = device_name_threads(r->training.device), gpus = device_name_gpus(r->training.device);
    bool untouched = field_is_preset(fields_find(batch_job_fields, "cpus"), job);

    if (job->name[0] == '\0')
        text_copy(job->name, sizeof job->name, r->name[0] ? r->name : "cuvette");
    if (job->gpus[0] == '\0' && device_name_is_gpu(r->training.device))
        text_append(job->gpus, sizeof job->gpus, "%d", gpus > 0 ? gpus : 1);
    if (untouched && threads > 0)
        job->cpus = threads;
}

void batch_defaults_memory(struct batch_job *job, uint64_t bytes, uint64_t images)
{
    const double program = batch_job_has_gpus(job) ? 3 * giga : giga, margin = 1.3;
    /* Images are held where they need no more than half of the memory. */
    double wanted = (fmax(margin * (double)bytes, 2 * (double)images) + program) * batch_job_tasks(job);

    if (job->mem == 0 && bytes > 0)
        job->mem = (uint64_t)(ceil(wanted / giga) * giga);
}

void batch_defaults_time(struct batch_job *job, double seconds)
{
    const double margin = 1.5, start = 300, step = 600, hour = 3600;
    double wanted = margin * seconds + start;

    double round = wanted > hour ? 3 * step : step;

    if (job->time[0] == '\0' && seconds > 0)
        job_request_time(job->time, sizeof job->time, ceil(wanted / round) * round);
}

/* The job's GPUs are numbered from 0. */
static bool are_there(const struct batch_job *job, const char *device)
{
    const int count = batch_job_gpus(job);
    uint64_t numbers;

    return device_name_read_list(device, &numbers) && (numbers == UINT64_MAX || count >= 64 || !(numbers >> count));
}

const char *batch_defaults_device(const struct batch_job *job, const struct recipe *r)
{
    const char *device = r->training.device;

    /* Of several ranks each sees its own GPU alone, and is one replica. */
    if (batch_job_ranks(job) > 1 && batch_job_has_gpus(job))
        return strcmp(device, "cuda:0") == 0 ? NULL : "cuda:0";
    if (batch_job_ranks(job) > 1 && device_name_replicas(device) > 1)
        return "cpu";
    if (batch_job_has_gpus(job) && device_name_is_list(device))
        return are_there(job, device) ? NULL : "cuda:all";
    if (batch_job_has_gpus(job))
        return device_name_is_gpu(device) && number_behind(device) < batch_job_gpus(job) ? NULL : "cuda:0";
    return begins(device, "cpu") && device_name_threads(device) <= job->cpus ? NULL : "cpu";
}
