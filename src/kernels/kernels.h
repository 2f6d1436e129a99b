/* The CPU's kernels, one for each operation.
 *
 * This folder is compiled once for every vector unit, and only the name of the table is global in each such variant
 * (variants.mk): callers reach a kernel through a table, and all that a kernel calls in this folder is of its own
 * variant.
 *
 * Every thread of the team calls a kernel at the same time, and each computes its share of the work, which depends on
 * nothing but the sizes, the thread and the number of threads: that is why a run repeats bit for bit. Where nothing is
 * summed over threads, a thread that is done helps the others (claims.h). Every stage of an operation ends with a
 * barrier of the team. A kernel that needs one in between calls kernel_barrier(task) on every thread; the kernels of
 * operations that run side by side (op.beside_next) may not: of these both begin, then both run, then both finish.
 * Sums over threads are partial sums in the threads' workspaces, added up in the order of the threads. */
#ifndef KERNELS_KERNELS_H
#define KERNELS_KERNELS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/team.h"
#include "nn/plan/backend.h"

/* The pieces of work that a thread has left (claims.h). In a cache line of its own, as other threads write it too. */
struct kernel_left {
    _Alignas(MEMORY_LINE) _Atomic uint64_t pieces;
};

/* What a kernel is called with. Owned by the caller, as is all that it points to. */
struct kernel_task {
    const struct op *op;
    const struct step *step;
    void *const *in, *const *out; /* operands in the order of op->in and op->out; NULL for VALUE_NONE */
    int thread, threads;          /* of the team */
    struct team *team;
    struct kernel_left *left; /* [threads], of this operation alone */
    char *workspaces;         /* [threads][workspace_stride], each aligned to MEMORY_LINE: kernel_workspace() */
    size_t workspace_stride;  /* bytes */
    char *shared;             /* the team's memory, aligned to MEMORY_LINE */
};

/* A kernel cannot fail: what could is checked before a plan runs. */
struct kernel {
    void (*run)(const struct kernel_task *task);
    /* Bytes that each of `threads` threads needs as its workspace, and that the team needs together, for steps of up to
     * `batch` rows; NULL: none. Their contents are undefined when the kernel starts. */
    size_t (*workspace)(const struct op *op, int batch, int threads);
    size_t (*shared)(const struct op *op, int batch, int threads);
    void (*begin)(const struct kernel_task *task), (*finish)(const struct kernel_task *task); /* or NULL */
    bool (*calls_gemm)(const struct op *op, int batch); /* on its threads, in steps of that size; NULL: never */
};

/* One constant for each operation, in the file that computes it: kernel_conv2d, ... */
#define OPERATION(KIND, name, ...) extern const struct kernel kernel_##name;
OPERATIONS(OPERATION)
#undef OPERATION

/* A variant: the kernels for one vector unit. */
struct kernel_set {
    const char *name; /* "avx2" */
    bool bf16;        /* it has instructions for bf16; without them bf16 is computed too, but no faster than fp32 */
    const struct kernel *kernels[OP_COUNT];
};

/* X(name) for every variant of this kind of machine (variants.mk), the preferred first; the last runs on all. */
#if defined(__x86_64__)
/* F, VL, BW, DQ, CD: x86-64-v4; with FMA: x86-64-v3; whatever the compiler takes for granted. */
#define KERNEL_SETS(X) X(avx512bf16) X(avx512) X(avx2) X(portable)
#elif defined(__aarch64__)
/* NEON is part of every arm64. */
#define KERNEL_SETS(X) X(neonbf16) X(neon)
#else
#define KERNEL_SETS(X) X(portable)
#endif

#define KERNEL_SET(name) extern const struct kernel_set kernels_##name;
KERNEL_SETS(KERNEL_SET)
#undef KERNEL_SET

/* The workspace of a thread of the team; another thread's may be read after a barrier. */
static inline void *kernel_workspace(const struct kernel_task *task, int thread)
{
    return task->workspaces + (size_t)thread * task->workspace_stride;
}

static inline void kernel_barrier(const struct kernel_task *task)
{
    team_barrier(task->team);
}

/* Floats in a cache line: the grain of shares (team_share()) whose neighbours are written by different threads. */
enum { LINE_FLOATS = MEMORY_LINE / sizeof(float) };

#endif
