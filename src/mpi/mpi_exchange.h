/* One thing that all ranks do together, as messages from each to each. Whose message is missing is known at any time,
 * which MPI's own collectives do not tell.
 *
 *   sum, small    every rank sends all its numbers to every other, and adds them up in the order of ranks
 *   sum, large    the numbers are cut into a slice for each rank. It gets that slice of all others, adds them up in
 *                 the order of ranks, and sends the sums to all: as much to send as in a ring, in two steps
 *   gather        every rank sends its bytes to every other
 *   broadcast     the root sends its bytes to every other
 *
 * Each number is added up in the order of ranks: the same bits on all ranks and in every run, whatever the library's
 * algorithms are and whichever message comes first. */
#ifndef MPI_MPI_EXCHANGE_H
#define MPI_MPI_EXCHANGE_H

#include <mpi.h>
#include <stdatomic.h>
#include <stddef.h>

#include "base/error.h"

enum exchange_kind { EXCHANGE_SUM, EXCHANGE_GATHER, EXCHANGE_BROADCAST };

struct mpi_exchange {
    struct mpi_exchange *next; /* in the list that it is in */
    enum exchange_kind kind;
    void *to;         /* SUM: numbers, also what is summed; BROADCAST: bytes; GATHER: [ranks][size] */
    const void *from; /* GATHER: [size] */
    size_t size;      /* bytes of a rank */
    int root;
    unsigned number; /* the same on all ranks */
    atomic_int *calling; /* whom a call of MPI that has not returned is about; -1: nobody */

    /* Its own. */
    int rank, ranks, step;
    MPI_Comm comm;
    MPI_Request *requests; /* [room], of which `count` are in use */
    int *peers;            /* [room]: whom each is with */
    int count, room;
    float *others; /* SUM: what came of each rank, [ranks][slice] */
    size_t others_room;
};

/* Begins it. False with an error. */
bool mpi_exchange_begin(struct mpi_exchange *x, MPI_Comm comm, int rank, int ranks, struct error *e);

/* Goes on with it; *done when nothing is left to do. False with an error. */
bool mpi_exchange_go_on(struct mpi_exchange *x, bool *done, struct error *e);

/* Sets missing[r] for each rank that it waits for. */
void mpi_exchange_missing(struct mpi_exchange *x, bool missing[]);

/* Takes back what has not come. Its memory is no longer written to. */
void mpi_exchange_cancel(struct mpi_exchange *x);

void mpi_exchange_free(struct mpi_exchange *x); /* its memory; not it */

#endif
