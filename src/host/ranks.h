/* Is this process one of several that a launcher of MPI started, and which? From the environment alone: MPI is not
 * asked. Tasks of a Slurm step that was started without MPI are not ranks: they know nothing of each other
 * (host/task.h). */
#ifndef HOST_RANKS_H
#define HOST_RANKS_H

#include <stdbool.h>

struct ranks {
    int rank, count;      /* 0 and 1 where it is alone */
    const char *launcher; /* "mpirun of Open MPI", "srun --mpi=pmix"; "" where it is alone */
    const char *family;   /* of the library that the launcher goes with best: "openmpi", "mpich" */
    bool stays;           /* the launcher goes on when a rank fails, until it is asked to end the others, too */
    double grace;         /* seconds that it gives a rank to end before it kills it */
};

struct ranks ranks_read(void);

#endif
