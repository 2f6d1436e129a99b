/* The MPI plug-in: ranks that are processes, on one node or many (nn/plan/communicator.h). One thread of its own makes
 * all calls of MPI, from MPI_Init on, so that any level of threads that a library offers will do. It sleeps while
 * nothing is asked of it. While sums are under way and the rank computes it looks after them now and then; only while
 * the rank waits for them does it keep a core busy. */
#ifndef MPI_MPI_PLUGIN_H
#define MPI_MPI_PLUGIN_H

#include "nn/plan/communicator_class.h"

extern const struct communicator_class mpi_plugin_class;

/* Its address under the one name that the plug-in shows: what the executable asks for (run/mpi_plugin.c). */
extern const struct communicator_class *const cuvette_mpi_communicator;

#endif
