/* The CPU's kernels: one row an operation.
 *
 * This folder is compiled once for every vector unit, and of each such variant only the table's name is global
 * (the Makefile): whoever calls a kernel goes through a table, and all that a kernel calls here is of its own variant.
 *
 * A kernel is called by every thread of the team at once and does its own share, which depends on nothing but the
 * sizes, the thread and the number of threads: that is what makes a run repeat bit for bit. Where nothing is summed
 * over threads, one that is through helps the others (claims.h). The team meets after every stage of an operation; a
 * kernel that needs to meet in between calls kernel_barrier(task), on every thread, but for the kernels of operations
 * that run side by side (op.beside_next): of these both begin, then both run, then both finish.
 * Sums over threads go through partials in the threads' workspaces, added in the order of the threads. */
#ifndef KERNELS_KERNELS_H
#define KERNELS_KERNELS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/team.h"
#include "nn/plan/backend.h"

/* What a thread has left to do (claims.h): a line of its own, as others look into it. */
struct kernel_left {
    _Alignas(MEMORY_LINE) _Atomic uint64_t pieces;
};

struct kernel_task {
    const struct op *op;
    const struct step *step;
    void *const *in, *const *out; /* as op->in and op->out; NULL for VALUE_NONE */
    int thread, threads;
    struct team *team;
    struct kernel_left *left;     /* [threads], the operation's own */
    char *workspaces;             /* one a thread, each of workspace_stride bytes, at multiples of 64 */
    size_t workspace_stride;
    char *shared;                 /* the team's, at a multiple of 64 */
};

struct kernel {
    void (*run)(const struct kernel_task *task);
    /* Bytes that each of `threads` threads needs of its own, and that the team needs together, for steps of up to
     * `batch` rows; NULL: none. What is in them is rubbish when a kernel starts. */
    size_t (*workspace)(const struct op *op, int batch, int threads);
    size_t (*shared)(const struct op *op, int batch, int threads);
    void (*begin)(const struct kernel_task *task), (*finish)(const struct kernel_task *task); /* or NULL */
};

/* One an operation, in the file that computes it: kernel_conv2d, ... */
#define OPERATION(KIND, name, ...) extern const struct kernel kernel_##name;
OPERATIONS(OPERATION)
#undef OPERATION

struct kernel_set {
    const char *name; /* "avx2" */
    bool bf16;        /* has instructions for it; without them it is computed all the same, no quicker than fp32 */
    const struct kernel *kernels[OP_COUNT];
};

extern const struct kernel_set kernels_portable; /* whatever the compiler takes for granted on such a machine */
#if defined(__x86_64__)
extern const struct kernel_set kernels_avx2;   /* with FMA: x86-64-v3 */
extern const struct kernel_set kernels_avx512; /* F, VL, BW, DQ, CD: x86-64-v4 */
extern const struct kernel_set kernels_avx512bf16;
#endif

static inline void *kernel_workspace(const struct kernel_task *task, int thread)
{
    return task->workspaces + (size_t)thread * task->workspace_stride;
}

static inline void kernel_barrier(const struct kernel_task *task)
{
    team_meet(task->team);
}

/* A thread's part of 0..count-1: begin..end-1, in whole grains but for the last. With fewer grains than threads
 * some have none, any but the first. */
struct share {
    int64_t begin, end;
};

static inline struct share share_of(int64_t count, int64_t grain, int thread, int threads)
{
    int64_t grains = int64_ceil_div(count, grain);
    int64_t begin = int64_ceil_div(grains * thread, threads) * grain;
    int64_t end = int64_ceil_div(grains * (thread + 1), threads) * grain;

    return (struct share){ int64_min(begin, count), int64_min(end, count) };
}

/* Floats in a cache line: threads that write neighbouring shares split there. */
enum { LINE_FLOATS = MEMORY_LINE / sizeof(float) };

#endif
