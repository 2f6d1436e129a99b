/* Ranks that are threads of one process: several devices of a node, or parts of its processor. They read and write each
 * other's numbers where these are; every rank adds up a share of them, in the order of the ranks. */
#ifndef NN_COMMUNICATOR_THREADS_H
#define NN_COMMUNICATOR_THREADS_H

#include "nn/plan/communicator.h"

/* As many members as there are ranks, each to be used on one thread at a time, and closed by it. False with an error
 * and none of them. */
bool communicator_threads_open(int ranks, struct communicator *members[], struct error *e);

#endif
