/* Programs as ranks of MPI: as root, and on however few cores. */
#ifndef TESTS_SUPPORT_MPIRUN_H
#define TESTS_SUPPORT_MPIRUN_H

#include "tests/support/process.h"

struct mpirun {
    const char *launcher; /* NULL: Open MPI's */
    const char *folder;   /* where the ranks run; NULL: here */
    const char *plugin;   /* the path of the plug-in; NULL: that of Open MPI; "": the one that the program finds */
    int ranks;
};

/* The plug-in that was built for a family, "openmpi" or "mpich", or the only one; NULL: there is none. In one of a few
 * buffers that are used in turn. */
const char *mpirun_plugin(const char *family);

/* `words`: the program and up to PROCESS_WORDS_MAX - 4 words, ended by NULL. Skips the test where Open MPI's launcher
 * is wanted and cuvette was built without its plug-in. */
struct process *mpirun_start(const struct mpirun *how, const char *const words[]);

/* The process that is a rank of those that Open MPI's launcher has started; it is there, or the test fails. */
int mpirun_rank(const struct process *p, int rank);

#endif
