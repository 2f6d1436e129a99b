#include "host/ranks.h"

#include <stdlib.h>

#include "base/text.h"

/* A launcher is known by the variable with a process's rank. The first row that fits counts: some set the variables of
 * others, too. */
static const struct launcher {
    const char *rank, *count; /* variables */
    const char *also;         /* a variable that must be there, too; NULL: none */
    const char *name, *family;
    bool stays;
    double grace; /* as it usually is */
} launchers[] = {
    { "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", NULL, "mpirun of Open MPI", "openmpi", false, 1 },
    { "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID", "mpirun of MPICH", "mpich", false, 1 },
    { "PMIX_RANK", "SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "srun --mpi=pmix", "openmpi", true, 30 },
    { "PMI_RANK", "PMI_SIZE", "SLURM_PROCID", "srun --mpi=pmi2", "mpich", true, 30 },
    { "PMI_RANK", "PMI_SIZE", NULL, "mpirun", "mpich", false, 1 },
};

static bool number(const char *name, int *out)
{
    const char *text = getenv(name);
    int64_t value;

    if (!text || !text_to_int64(text, &value) || value < 0 || value > 1 << 24)
        return false;
    *out = (int)value;
    return true;
}

struct ranks ranks_read(void)
{
    for (size_t i = 0; i < sizeof launchers / sizeof *launchers; i++) {
        const struct launcher *l = &launchers[i];
        struct ranks r = { .launcher = l->name, .family = l->family, .stays = l->stays, .grace = l->grace };

        if ((!l->also || getenv(l->also)) && number(l->rank, &r.rank) && number(l->count, &r.count) &&
            r.rank < r.count && r.count > 1)
            return r;
    }
    return (struct ranks){ .count = 1, .launcher = "", .family = "" };
}
