/* Programs as ranks of MPI: as root, and on however few cores. */
#ifndef TESTS_SUPPORT_MPIRUN_H
#define TESTS_SUPPORT_MPIRUN_H

#include "tests/support/process.h"

struct mpirun {
    const char *launcher; /* NULL: Open MPI's */
    const char *folder;   /* where the ranks run; NULL: here */
    const char *plugin;   /* the path of the plug-in; NULL: that of Open MPI; "": the one that the program finds */
    const char *nodes;    /* of nodes_start(), for a rank on each by Open MPI; NULL: all side by side */
    int ranks;
};

/* The plug-in that was built for a family, "openmpi" or "mpich", or the only one; NULL: there is none. In one of a few
 * buffers that are used in turn. */
const char *mpirun_plugin(const char *family);

/* `words`: the program and up to 16 words, ended by NULL. Skips the test where Open MPI's launcher
 * is wanted and cuvette was built without its plug-in. */
struct process *mpirun_start(const struct mpirun *how, const char *const words[]);

/* The process that is a rank of those that Open MPI's launcher has started last, on whichever node; it is there, or the
 * test fails. */
int mpirun_rank(int rank);

#endif
