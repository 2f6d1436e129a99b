/* Several that train one plan together: ranks, each with a device of its own, in one process or in several on many
 * nodes. Every rank computes on its slice of each batch; what they must agree on goes through here. Plain C, no
 * types of MPI or NCCL: the providers are in nn/communicators, in the MPI plug-in and in the CUDA plug-in. One that
 * trains alone has none.
 *
 * All ranks make the same calls in the same order with the same sizes; a call may return on one rank before another
 * has made it. Sums are taken in an order that depends on ranks and sizes alone, so that the same run gives the
 * same bits.
 *
 * Nobody waits for ever: where a rank is lost, or does not come within the time allowed, the call fails with
 * ERROR_RUN and a sentence that names it by rank and node. Everything after the first failure fails with the same
 * words at once. */
#ifndef NN_COMMUNICATOR_H
#define NN_COMMUNICATOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { COMMUNICATOR_ABI = 7, RANKS_MAX = 4096 };

struct communicator {
    const struct communicator_ops *ops; /* first member of every provider's own struct */
    int rank, ranks;                    /* 0 .. ranks-1; rank 0 has the terminal and writes the run's folder */
    int node, nodes;                    /* that this rank is on, of how many */
    double patience; /* seconds that the user gives a rank that is waited for while all train; 0: nobody said */
    double waited;   /* seconds so far that this rank has stood in the calls that count them, which are at the end */
    double on_core, counted; /* of the thread that computes and awaits sums: seconds on a core so far, and the clock
                                when they were counted; 0: no thread does */
};

struct communicator_ops {
    const char *name; /* "threads", "mpi", "nccl" */
    /* A rank that closes while others still wait for it is lost to them. */
    void (*close)(struct communicator *c);
    /* This rank cannot go on, and `why` says so: what others wait for, and all that they begin, fails with these words
     * behind the rank's name. Does not wait. NULL: they find out by its closing. */
    void (*give_up)(struct communicator *c, const struct error *why);

    /* Begins to replace numbers [count] by their sums over all ranks. They belong to the communicator until await()
     * returns. Several may be under way; it does not wait for them. False with the first failure. */
    bool (*all_reduce)(struct communicator *c, float *numbers, size_t count, struct error *e);
    /* Waits until all that were begun are done. */
    bool (*await)(struct communicator *c, struct error *e);
    /* For a rank that waits for others in another way (a device's own sums): false with the first failure, as far as
     * one is known. Does not wait; the others are looked after meanwhile. */
    bool (*look)(struct communicator *c, struct error *e);

    /* bytes [size] of rank `root` to all. Waits. */
    bool (*broadcast)(struct communicator *c, void *bytes, size_t size, int root, struct error *e);
    /* from [size] of every rank, in the order of ranks, to [ranks][size] on all. Waits. */
    bool (*all_gather)(struct communicator *c, const void *from, size_t size, void *to, struct error *e);
    /* Waits until all ranks are here. */
    bool (*barrier)(struct communicator *c, struct error *e);

    /* "rank 3 on node b12", of any rank. */
    void (*describe)(const struct communicator *c, int rank, char *out, size_t size);
    /* Seconds after which a rank that is waited for is taken for lost. */
    void (*patience)(struct communicator *c, double seconds);
    /* Seconds so far in which this rank's sums were under way, waited for or not. NULL: it cannot tell. */
    double (*summing)(struct communicator *c);
};

/* await() and all_gather(), of whose time `waited` keeps account; the first one also of its thread's. */
bool communicator_await(struct communicator *c, struct error *e);
bool communicator_gather(struct communicator *c, const void *from, size_t size, void *to, struct error *e);

/* Seconds as of summing(); negative where that is not known. */
double communicator_summing(struct communicator *c);

#endif
