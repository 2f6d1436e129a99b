/* Sums over ranks that train together, each on a GPU of its own: by NCCL, on a stream beside the one that computes, so
 * that they go on while the rest of the backward pass is computed.
 *
 *     compute   … gradients ─┬─ gradients ─┬─ gradients ─────────── AWAIT ─ update
 *                            ▼             ▼                          ▲
 *     sums               ALL_REDUCE    ALL_REDUCE ────────────────────┘
 *
 * NCCL is opened so that its calls return at once, and whoever waits asks it and the communicator of the ranks every
 * moment: where a rank is lost, or does not come in time, what is queued is set free and the sticky error says why. */
#ifndef GPU_NCCL_SUMS_H
#define GPU_NCCL_SUMS_H

#include "gpu/core/gpu.h"

/* As `join` of struct backend_ops: all ranks call it, and all get the same answer. It sums a few numbers, to see that
 * they are right. False with an error and gpu->sums NULL. */
bool nccl_sums_open(struct gpu *gpu, struct communicator *c, double patience, struct error *e);
void nccl_sums_close(struct gpu *gpu); /* with nothing under way, or after a failure; harmless where it is not open */

/* Whether the operations that are queued next are sums with the others, or there is nothing to sum yet. */
void nccl_sums_expect(struct gpu *gpu, bool expected);

/* Queues that numbers [count] on the device become their sums over all ranks, behind all that was queued so far. */
void nccl_sums_begin(struct gpu *gpu, float *numbers, size_t count);
/* Queues that what is computed from now on waits for all sums that were begun. */
void nccl_sums_await(struct gpu *gpu);

#endif
