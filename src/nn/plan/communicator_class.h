/* A communicator that a plug-in brings, as the program finds it there under one name (run/mpi_plugin.c). */
#ifndef NN_COMMUNICATOR_CLASS_H
#define NN_COMMUNICATOR_CLASS_H

#include "nn/plan/communicator.h"

struct communicator_wish {
    int ranks;       /* as the launcher says; the library must see as many */
    double patience; /* seconds, as of struct communicator: for training */
    bool aborts;     /* after a failure the launcher has to be asked to end the ranks that are left */
    /* Has the launcher asked this process to end? Of ranks that are waited for then, those that do not come within
     * `hurry` seconds are lost. Asked on any thread, and often. */
    bool (*hurries)(void);
    double hurry;
};

/* A failure that is not this rank's own. */
struct communicator_loss {
    struct error error; /* its sentence */
    int rank;           /* that is lost or has failed; -1: nobody knows which */
    bool speaks;        /* this rank is the first of those that are left, and is to say it */
};

struct communicator_class {
    int abi;     /* COMMUNICATOR_ABI */
    size_t size; /* of this struct: a plug-in with another one does not fit */
    const char *library; /* "Open MPI": what it was built with */

    /* Meets the other ranks; once in a process. NULL with an error, ERROR_DEVICE when the library does not see as many
     * as the launcher started. */
    struct communicator *(*open)(const struct communicator_wish *wish, struct error *e);
    bool (*lost)(struct communicator *c, struct communicator_loss *out); /* false: there was none */
};

#endif
