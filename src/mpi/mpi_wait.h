/* A wait for other ranks: since when it goes on, and who is lost when it was too long. Time in which this process
 * itself was stopped does not count.
 *
 * A rank that waits says so to all that it does not wait for when half its patience is over. So when the patience is
 * over, those that have not come and do not wait either are the lost ones, and not those that wait for them, too. */
#ifndef MPI_MPI_WAIT_H
#define MPI_MPI_WAIT_H

#include "mpi/mpi_exchange.h"
#include "mpi/mpi_notes.h"
#include "mpi/mpi_state.h"

struct mpi_wait {
    int ranks;
    bool *missing, *waits, *done; /* [ranks]: ranks that have not come; that wait, too; that make no further calls */
    double since, looked;         /* clock_seconds() */
    double done_since;            /* when one that is done was first missed; 0: none */
    bool told;                    /* the others know that this rank waits */
    bool hurries;                 /* the launcher has asked this process to end */
};

bool mpi_wait_begin(struct mpi_wait *w, int ranks, struct error *e);
void mpi_wait_free(struct mpi_wait *w);

void mpi_wait_restart(struct mpi_wait *w); /* something came */

/* Looks, every few milliseconds, at what has become of the ranks that `first` and those behind it wait for; `counts`:
 * this rank waits. False with the failure when there is one. */
bool mpi_wait_look(struct mpi_wait *w, struct mpi_state *s, struct mpi_notes *notes, struct mpi_exchange *first,
                   bool counts, struct mpi_failure *failure);

#endif
