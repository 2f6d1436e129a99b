/* What a run uses of what it was given: cores, memory, GPUs. One thread's, which asks it every second or so. */
#ifndef RUN_USAGE_H
#define RUN_USAGE_H

#include <stdint.h>

#include "host/gpu/gpu_sampler.h"

/* Of this process since the meter was made. What is not known is negative, sizes 0. */
struct usage {
    double seconds;
    double cores;           /* a mean: the processors' time of all threads over `seconds` */
    int cores_allotted;
    uint64_t memory_peak;   /* bytes: the most that were resident, of the process or of its control group, as sampled */
    uint64_t memory_now;    /* of the control group, else of this process */
    uint64_t memory_limit;  /* of the control group */
    uint64_t memory_kills;  /* by the kernel in the control group, since it is there */
    double gpu_load;        /* the part of the time in which kernels ran: a mean over readings, and over the GPUs that
                               this process may use */
    int gpus;               /* so many; 0: unknown */
};

struct usage_meter;

/* `gpus` must outlive the meter; NULL: nobody reads them. NULL without memory. */
struct usage_meter *usage_meter_new(struct gpu_sampler *gpus);
void usage_meter_take(struct usage_meter *m); /* samples memory and GPUs, where a second has passed; NULL is fine */
void usage_meter_read(const struct usage_meter *m, struct usage *out); /* of NULL all is unknown */
void usage_meter_free(struct usage_meter *m); /* takes NULL */

#endif
