/* What a Slurm job is asked for, as the options of srun and sbatch. */
#ifndef HOST_JOB_REQUEST_H
#define HOST_JOB_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0 and NULL: it is not asked for. */
struct job_request {
    int cores, gpus;
    uint64_t memory; /* bytes */
    double seconds;
    const char *partition, *account;
};

/* "--cpus-per-task=4 --mem=3G --time=0:20:00 --gres=gpu:1": memory rounded up to KiB, time to minutes. False when it
 * was cut to fit. */
bool job_request_options(const struct job_request *r, char *out, size_t size);

/* "1:05:00", or "2-01:05:00" from a day on: rounded up to minutes. */
void job_request_time(char *out, size_t size, double seconds);

/* "3G" or "1536M", in the largest unit that it is a whole number of: rounded up to KiB, as Slurm takes no less. */
void job_request_memory(char *out, size_t size, uint64_t bytes);

#endif
