/* The Slurm job that this process is in, from its environment, and how much time it has left. What Slurm does not tell
 * is unknown, and outside a job all is. Jobs are never started or killed. Texts are safe to show. */
#ifndef HOST_JOB_H
#define HOST_JOB_H

#include <stdbool.h>
#include <stdint.h>

struct job {
    bool inside;
    bool interactive;    /* srun --pty, not a batch script */
    char id[32];         /* "" outside a job; "" for each text that is unknown */
    char name[64], partition[64], account[64];
    char node[64];       /* Slurm's name for it, else the host's name */
    int cores;           /* of this node that the job has; 0: unknown */
    uint64_t memory;     /* bytes of this node that the job has; 0: unknown, or all */
    char gpus[64];       /* of this node, as Slurm counts them: "0,3" */
    int gpu_count;       /* 0: none, or unknown */
    int gpus_bound;      /* in CUDA_VISIBLE_DEVICES; -1: it is not set, and hides none */
    double begin, end;   /* seconds since the epoch; 0: unknown */
};

void job_read(struct job *out);
double job_seconds_left(const struct job *j); /* negative: unknown; 0 from the end on */
double job_seconds_used(const struct job *j); /* since it began; negative: unknown */

#endif
