/* The thread that makes all calls of MPI. */
#ifndef MPI_MPI_THREAD_H
#define MPI_MPI_THREAD_H

/* For thread_start(): `state` is a struct mpi_state, which it outlives no further than to `over`. */
void *mpi_thread_run(void *state);

#endif
