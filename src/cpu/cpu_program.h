/* A plan made ready for the team of threads: kernels, operands, workspaces; and the running of it. */
#ifndef CPU_CPU_PROGRAM_H
#define CPU_CPU_PROGRAM_H

#include "kernels/kernels.h"
#include "nn/plan/backend.h"

/* Where an operation's part of the workspaces begins: behind that of the operation it runs beside, if there is one. */
struct cpu_place {
    size_t own, shared;
};

struct cpu_program {
    const struct kernel_set *variant;
    int threads;
    struct team *team;
    struct kernel_left *left; /* [CPU_SIDE_BY_SIDE][threads] */
    const struct plan *plan;
    struct bound_op *bound;      /* [plan->n_ops] */
    struct cpu_place *places;    /* [plan->n_ops] */
    char *workspaces;            /* threads × workspace_stride bytes, then shared_bytes: who prepares gives them */
    size_t workspace_stride, shared_bytes;
};

enum { CPU_SIDE_BY_SIDE = 2 /* operations, at most */ };

/* False with *e without memory or threads; closed in any case. */
bool cpu_program_open(struct cpu_program *p, const struct kernel_set *variant, int threads, struct error *e);
void cpu_program_close(struct cpu_program *p);

/* In place of what was prepared before. False with *e, also where there is no kernel, or no use, for an operation. */
bool cpu_program_prepare(struct cpu_program *p, const struct plan *plan, const struct buffer arenas[ARENA_COUNT],
                         struct error *e);

/* What the workspaces have to be, at a multiple of 64. */
size_t cpu_program_bytes(const struct cpu_program *p);

/* Operations first..end-1, by every thread of the team; returns when they are done. */
void cpu_program_run(struct cpu_program *p, int first, int end, const struct step *step);

#endif
