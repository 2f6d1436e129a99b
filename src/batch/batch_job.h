/* What a batch job asks Slurm for. The options of `cuvette sbatch` and the form in the workbench are this table. */
#ifndef BATCH_JOB_H
#define BATCH_JOB_H

#include "base/field.h"

/* X(KIND, name, the plug-in that it goes with) */
#define BATCH_MPI(X) \
    X(PMIX, pmix, "openmpi") \
    X(PMI2, pmi2, "mpich")

enum batch_mpi {
#define KIND(kind, name, family) BATCH_##kind,
    BATCH_MPI(KIND)
#undef KIND
};

extern const char *const batch_mpi_names[], *const batch_mpi_families[]; /* they end with NULL */

struct batch_job {
    char name[64];  /* "": the recipe's */
    char time[32];  /* as Slurm writes it, "8:00:00"; "": the partition's default */
    int nodes;      /* on which it trains */
    int tasks;      /* ranks that train together on each node, each with as many cores; 0: one for each GPU of a node
                       where there are several nodes, else one */
    int mpi;        /* enum batch_mpi: how srun starts several ranks */
    int cpus;       /* cores of each rank */
    char gpus[64];  /* of each node: "1", "a100:2"; "": none */
    uint64_t mem;   /* bytes; 0: the site's default */
    char partition[64], account[64], qos[64]; /* "": the site's default */
    char run[FIELD_TEXT_SIZE]; /* the run's folder; "": one in the folder of runs, named after the job */
    bool requeue;   /* when its time is over it is queued again and goes on */
};

extern const struct field_table batch_job_fields;

/* What the fields do not check: the form of time and gpus, and that a text has no control characters. */
bool batch_job_check(const struct batch_job *job, struct error *e);

/* Seconds of "90" (minutes), "1:30" (minutes, seconds), "1:30:00", "1-12", "1-12:30" or "1-12:30:00" (days first), as
 * Slurm reads them. False for anything else, and for no time at all. */
bool batch_job_seconds(const char *time, double *seconds);

bool batch_job_has_gpus(const struct batch_job *job);
int batch_job_gpus(const struct batch_job *job);  /* on each node */
int batch_job_tasks(const struct batch_job *job); /* ranks on each node */
int batch_job_ranks(const struct batch_job *job); /* on all of them; 1: the job is one process */

#endif
