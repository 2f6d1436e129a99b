/* What a run used of its Slurm job, as jobstats tells it, and what would have been enough. */
#ifndef RUN_USAGE_WORDS_H
#define RUN_USAGE_WORDS_H

#include "host/job.h"
#include "host/job_request.h"
#include "nn/train/trainer_status.h"
#include "run/usage.h"

/* "3.7 of 4 cores, 2.1 G of 16.0 G, 1 GPU 71 % busy, 0:12:03 of 1:00:00"; what is not known is n/a, and GPUs are there
 * where the job has some. */
void usage_words_used(const struct usage *u, const struct job *job, char *out, size_t size);

/* What a job that trains the same from its first step to its last needs: the cores that were busy and a tenth more, the
 * memory and a fifth more (256 MiB at least), the time and a quarter more, rounded up. No more cores and GPUs than
 * there were; 0 for what is not known. `on_gpu`: it trained on one. */
struct job_request usage_words_request(const struct usage *u, const struct trainer_status *s, const struct job *job,
                                       bool on_gpu);

/* The same as a line to type, "srun --cpus-per-task=4 --mem=3G --time=0:20:00"; "" outside a job. */
void usage_words_next(const struct usage *u, const struct trainer_status *s, const struct job *job, bool on_gpu,
                      char *out, size_t size);

/* How the figures of that line came about. */
#define USAGE_WORDS_MARGINS \
    "that is a tenth more cores, a fifth more memory (256M at least) and a quarter more time than were used, rounded up"

#endif
