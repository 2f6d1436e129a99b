/* What the callers of the communicator and its thread (mpi_thread.h) share. */
#ifndef MPI_MPI_STATE_H
#define MPI_MPI_STATE_H

#include <pthread.h>

#include "mpi/mpi_exchange.h"
#include "mpi/mpi_peers.h"
#include "nn/plan/communicator_class.h"

#if defined(OPEN_MPI)
#define MPI_LIBRARY "Open MPI"
#elif defined(MPICH_VERSION) || defined(MPICH)
#define MPI_LIBRARY "MPICH"
#else
#define MPI_LIBRARY "MPI"
#endif

/* The first failure, which stays. */
struct mpi_failure {
    struct error error; /* ERROR_NONE: there is none */
    int about;          /* the rank that is lost or failed; -1: nobody knows */
    bool own;           /* this rank's, told to the others */
    int told_by;        /* the rank that told it; -1: found here */
    bool speaks;        /* no lower rank is left to say it */
};

struct mpi_state {
    struct communicator base;
    struct communicator_wish wish;
    pthread_t thread;
    struct mpi_peers peers; /* the thread's until it has met the others; then read-only */

    atomic_int calling;   /* as of struct mpi_exchange */
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t asked, answered;
    struct mpi_exchange *queue; /* what is to begin, the first first */
    struct mpi_exchange *spare; /* what can be used again */
    unsigned n_asked, n_done;
    int waiting; /* calls that wait for all of it */
    double patience;
    double summed, sums_since; /* seconds, as of summing(); clock when sums came under way, 0: none are */
    int suspect; /* the rank that is most likely waited for; -1: none */
    struct mpi_failure failure;
    bool watched; /* it is to be looked once whether the others are there still */
    bool told;    /* `failure` is to be told to the others */
    bool met;     /* the others are known */
    bool closing; /* nothing more is asked */
    bool over;    /* the thread ends */
};

#endif
