#include "host/job.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"

void job_read(struct job *out)
{
    const char *id = getenv("SLURM_JOB_ID"), *node = getenv("SLURMD_NODENAME"), *end = getenv("SLURM_JOB_END_TIME");
    double seconds;

    *out = (struct job){ .inside = id && id[0] != '\0' };
    if (out->inside)
        text_copy(out->id, sizeof out->id, id);
    if (node)
        text_copy(out->node, sizeof out->node, node);
    else
        gethostname(out->node, sizeof out->node - 1);
    if (out->inside && end && text_to_double(end, &seconds) && seconds > 0)
        out->end = seconds;
}

double job_seconds_left(const struct job *j)
{
    struct timespec now;

    if (j->end == 0 || clock_gettime(CLOCK_REALTIME, &now) != 0)
        return -1;
    double left = j->end - (double)now.tv_sec - (double)now.tv_nsec * 1e-9;
    return left > 0 ? left : 0;
}
