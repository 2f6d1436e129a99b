/* The communicator of ranks that MPI started. It loads libcuvette-mpi.so (plugin_file.h; CUVETTE_MPI_PLUGIN names
 * another file) where this process is one of several ranks, and only there. Of both families of MPI there may be one,
 * in openmpi/ and mpich/: that of the launcher is taken first. */
#ifndef RUN_MPI_PLUGIN_H
#define RUN_MPI_PLUGIN_H

#include "host/ranks.h"
#include "nn/plan/communicator_class.h"
#include "run/plugin_file.h"

/* A plug-in works with the libraries of one family, which have the same interface. */
enum mpi_plugin_family {
    MPI_MPICH, /* and all that keeps to its interface, as Intel's and Cray's do */
    MPI_OPENMPI,
    MPI_ANY, /* that it was built with */
    MPI_FAMILIES
};

struct mpi_plugin_names {
    const char *family;           /* as of struct ranks; "": any */
    const char *plugin;           /* "openmpi/libcuvette-mpi.so" */
    const char *const *libraries; /* "libmpi.so.40"; ends with NULL */
};
extern const struct mpi_plugin_names mpi_plugin_names[MPI_FAMILIES];

/* The plug-in as a file, by those names that are given: "openmpi/libcuvette-mpi.so". They must outlive it. */
struct plugin_file mpi_plugin_file(const char *const *files);

/* Meets the other ranks, once in a process: close it, then nothing of MPI is left. `patience`: seconds, as of
 * struct communicator. NULL with ERROR_DEVICE where there is no plug-in that fits. */
struct communicator *mpi_plugin_open(const struct ranks *ranks, double patience, struct error *e);

/* Is there one, for that family or the other? It is not loaded. False with an error that says what is missing. */
bool mpi_plugin_there(const char *family, struct error *e);

/* From now on this process waits for other ranks no longer than it may still take to keep what it has: its launcher has
 * asked it to end. For a signal handler, too. */
void mpi_plugin_hurry(void);

/* As of communicator_class; of one that mpi_plugin_open() gave, or NULL, of which nothing is lost. */
bool mpi_plugin_lost(struct communicator *c, struct communicator_loss *out);

#endif
