/* A plan prepared for a team of threads (its kernels, operands and workspaces), and how the team runs it. */
#ifndef CPU_CPU_PROGRAM_H
#define CPU_CPU_PROGRAM_H

#include "kernels/kernels.h"
#include "nn/plan/backend.h"

/* Where an operation's part of the workspaces begins: after that of the operation that it runs beside, if there is one.
 * Offsets in bytes, in each thread's workspace and in the shared memory. */
struct cpu_offsets {
    size_t own, shared;
};

struct cpu_program {
    const struct kernel_set *variant;
    int threads;
    struct team *team;
    struct kernel_left *left; /* [CPU_SIDE_BY_SIDE][threads] */
    const struct plan *plan;
    struct bound_op *bound;      /* [plan->n_ops] */
    struct cpu_offsets *offsets; /* [plan->n_ops] */
    /* [threads][workspace_stride] bytes, then shared_bytes. The caller of prepare() allocates and frees them. */
    char *workspaces;
    size_t workspace_stride, shared_bytes;
    bool may_call_gemm; /* room for it is reserved, for all threads */
};

enum { CPU_SIDE_BY_SIDE = 2 /* operations that run at the same time, at most */ };

/* Starts a team of `threads` threads, for kernels of this variant. False with *e if there is not enough memory or the
 * system starts no more threads. cpu_program_close() it in either case. */
bool cpu_program_open(struct cpu_program *p, const struct kernel_set *variant, int threads, struct error *e);
void cpu_program_close(struct cpu_program *p);

/* Prepares a plan, which replaces the one before; plan and arenas must outlive it. The caller then sets p->workspaces.
 * False with *e: ERROR_MEMORY, or ERROR_DEVICE if the plan is in bf16 and this CPU gains nothing by it. */
bool cpu_program_prepare(struct cpu_program *p, const struct plan *plan, const struct buffer arenas[ARENA_COUNT],
                         struct error *e);

/* Bytes that p->workspaces needs, aligned to MEMORY_LINE. */
size_t cpu_program_bytes(const struct cpu_program *p);

/* Runs operations first..end-1 on the team; returns when they are done. `work` [end - first] gets what each took, and
 * operations side by side half of what both took; NULL: it is not asked for. False when operations were left out, as
 * the step was not wanted any more. */
bool cpu_program_run(struct cpu_program *p, int first, int end, const struct step *step, struct op_work *work);

#endif
