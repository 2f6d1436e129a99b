/* Who the ranks are, and which of them are still there. */
#ifndef MPI_MPI_PEERS_H
#define MPI_MPI_PEERS_H

#include <mpi.h>
#include <stddef.h>

#include "base/error.h"

/* What each rank tells the others about itself. */
struct mpi_peer_card {
    char node[64];
    char processes[96]; /* where its number of a process means something: the kernel's boot and its namespace */
    int process;
    int first; /* the lowest rank on its node */
};

struct mpi_peers {
    int rank, ranks, node, nodes; /* as of struct communicator */
    struct mpi_peer_card *cards;  /* [ranks] */
    int *processes; /* [ranks]: a descriptor of the rank's process, where that is on this machine; else -1 */
};

/* Exchanges cards with the others. False with an error; mpi_peers_close() it all the same. */
bool mpi_peers_meet(struct mpi_peers *p, MPI_Comm comm, struct error *e);
void mpi_peers_close(struct mpi_peers *p); /* harmless on a zeroed one */

void mpi_peers_describe(const struct mpi_peers *p, int rank, char *out, size_t size); /* "rank 3 on node b12" */

/* Has that rank's process ended? Only of ranks on this machine it is known; of others false. */
bool mpi_peers_is_dead(const struct mpi_peers *p, int rank);

#endif
