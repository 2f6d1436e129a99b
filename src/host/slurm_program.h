/* Runs one of Slurm's programs (sbatch, squeue, scontrol) and takes what it says. */
#ifndef HOST_SLURM_PROGRAM_H
#define HOST_SLURM_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct slurm_program {
    const char *const *words; /* words[0] is found in PATH; ends with NULL */
    const char *input;        /* what it reads; NULL: nothing */
    double seconds;           /* it is waited for so long, then it is ended */
    int stop;                 /* it is ended when this descriptor is readable; 0: nobody stops it */
    bool outside;             /* it does not know of the job that this process is in, nor what that was given */
    bool outlives_job;        /* it asks for the end of the job that it is in: what comes of it, SIGTERM, must not
                                 reach it before its answer */
};

/* True when it ended well: then `out` has what it printed, cut to fit. False with an error that has its own sentence,
 * without "sbatch: error:"; ERROR_STOPPED when it was stopped. Any thread may call it. */
bool slurm_program_run(const struct slurm_program *p, char *out, size_t size, struct error *e);

#endif
