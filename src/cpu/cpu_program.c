#include "cpu/cpu_program.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/gemm.h"
#include "base/limits.h"
#include "base/memory.h"
#include "cpu/denormals.h"
#include "cpu/variant.h"

bool cpu_program_open(struct cpu_program *p, const struct kernel_set *variant, int threads, struct error *e)
{
    *p = (struct cpu_program){ .variant = variant, .threads = threads };
    p->left = memory_new_aligned((size_t)threads * CPU_SIDE_BY_SIDE, sizeof *p->left, e);
    p->team = p->left ? team_new(threads, e) : NULL;
    return p->team != NULL;
}

static void forget(struct cpu_program *p)
{
    free(p->offsets);
    free(p->bound);
    p->offsets = NULL;
    p->bound = NULL;
}

void cpu_program_close(struct cpu_program *p)
{
    forget(p);
    team_free(p->team);
    free(p->left);
    if (p->may_call_gemm)
        gemm_release(p->threads);
}

static const struct kernel *kernel_of(const struct cpu_program *p, const struct op *op)
{
    return p->variant->kernels[op->kind];
}

/* Refuses bf16 where it is no faster, unless the user has chosen the variant, to see what it computes. */
static bool precision_pays(const struct cpu_program *p, const struct op *op, struct error *e)
{
    return op->precision != PRECISION_BF16 || p->variant->bf16 || variant_forced() ||
           error_set(e, ERROR_DEVICE,
                     "this processor computes nothing faster in bf16 (it has no instructions for it): "
                     "set precision = fp32");
}

static bool precisions_pay(const struct cpu_program *p, const struct plan *plan, struct error *e)
{
    for (const struct op *op = plan->ops; op < plan->ops + plan->n_ops; op++)
        if (!precision_pays(p, op, e))
            return false;
    return true;
}

/* Bytes of workspace or shared memory, in whole cache lines; `needed` is that function of a kernel, or NULL. */
static size_t bytes_of(size_t (*needed)(const struct op *op, int batch, int threads), const struct op *op,
                       const struct cpu_program *p)
{
    return needed ? size_round_up(needed(op, p->plan->batch, p->threads), MEMORY_LINE) : 0;
}

/* Sets the operations' offsets, and the sizes to the most that any operation needs together with the one beside it. */
static void lay_out_workspaces(struct cpu_program *p)
{
    struct cpu_offsets next = { 0 };
    size_t stride = 0;

    p->shared_bytes = 0;
    for (int i = 0; i < p->plan->n_ops; i++) {
        const struct op *op = &p->plan->ops[i];
        const struct kernel *kernel = kernel_of(p, op);
        struct cpu_offsets end = next;

        p->offsets[i] = next;
        end.own += bytes_of(kernel->workspace, op, p);
        end.shared += bytes_of(kernel->shared, op, p);
        stride = size_max(stride, end.own);
        p->shared_bytes = size_max(p->shared_bytes, end.shared);
        next = op->beside_next ? end : (struct cpu_offsets){ 0 };
    }
    /* A page and a line more, so that the threads' workspaces do not fall into the same sets of a shared cache. */
    p->workspace_stride = stride + MEMORY_PAGE + MEMORY_LINE;
}

static bool calls_gemm(const struct cpu_program *p, const struct plan *plan)
{
    for (const struct op *op = plan->ops; op < plan->ops + plan->n_ops; op++) {
        const struct kernel *kernel = kernel_of(p, op);

        if (kernel->calls_gemm && kernel->calls_gemm(op, plan->batch))
            return true;
    }
    return false;
}

/* What it needs is got now, or its lack told: it cannot fail in the middle of a step. */
static bool reserve_gemm(struct cpu_program *p, const struct plan *plan, struct error *e)
{
    if (p->may_call_gemm || !calls_gemm(p, plan))
        return true;
    return p->may_call_gemm = gemm_reserve(p->threads, e);
}

bool cpu_program_prepare(struct cpu_program *p, const struct plan *plan, const struct buffer arenas[ARENA_COUNT],
                         struct error *e)
{
    forget(p);
    if (!precisions_pay(p, plan, e) || !reserve_gemm(p, plan, e))
        return false;
    p->plan = plan;
    p->offsets = memory_new((size_t)plan->n_ops, sizeof *p->offsets, e);
    p->bound = p->offsets ? backend_bind(plan, arenas, e) : NULL;
    if (p->bound)
        lay_out_workspaces(p);
    return p->bound != NULL;
}

size_t cpu_program_bytes(const struct cpu_program *p)
{
    return p->workspace_stride * (size_t)p->threads + p->shared_bytes;
}

struct span_work {
    const struct cpu_program *program;
    int first, end;
    const struct step *step;
    struct op_work *work; /* of each operation; NULL: no clock is looked at */
    atomic_int left_out;  /* operations from here on are not begun; `end`: all are */
};

/* The task of the `side`-th of the operations that run side by side from `first` on. */
static struct kernel_task task_of(const struct span_work *work, int first, int side, int thread)
{
    const struct cpu_program *p = work->program;
    const struct bound_op *bound = &p->bound[first + side];
    struct cpu_offsets offsets = p->offsets[first + side];

    return (struct kernel_task){
        .op = bound->op,
        .step = work->step,
        .in = bound->in,
        .out = bound->out,
        .thread = thread,
        .threads = p->threads,
        .team = p->team,
        .left = p->left + side * p->threads,
        .workspaces = p->workspaces + offsets.own,
        .workspace_stride = p->workspace_stride,
        .shared = p->workspaces + p->workspace_stride * (size_t)p->threads + offsets.shared,
    };
}

/* The weights change from the first operation of SPAN_UPDATE on: it is run whole, once begun. */
static bool may_be_left_out(const struct plan *plan, int op)
{
    return op <= plan->spans[SPAN_UPDATE].first || op >= plan->spans[SPAN_UPDATE].end;
}

/* Those that train together have lost one: what would change the weights is not the sum of all. */
static bool is_lost(const struct span_work *work, int op)
{
    const struct plan *plan = work->program->plan;
    struct communicator *c = work->step->communicator;
    struct error kept;

    return c && op == plan->spans[SPAN_UPDATE].first && !c->ops->await(c, &kept);
}

static bool is_wanted(const struct span_work *work, int op)
{
    const struct step *step = work->step;

    return !step->go_on || !may_be_left_out(work->program->plan, op) || step->go_on(step->go_on_context);
}

/* Returns when all threads may begin operation `i`; false when none of them will. One thread asks, before the barrier,
 * and says from which operation on: so all do the same, however late one comes to look. */
static bool come_to(struct span_work *work, const struct kernel_task *task, int i)
{
    if (i == work->first)
        return true;
    if (task->thread == 0 && (!is_wanted(work, i) || is_lost(work, i)))
        atomic_store_explicit(&work->left_out, i, memory_order_relaxed);
    kernel_barrier(task);
    return i < atomic_load_explicit(&work->left_out, memory_order_relaxed);
}

enum { BEGIN, RUN, FINISH, STAGES };

typedef void (*stage)(const struct kernel_task *task);

/* Runs one stage of the operations side by side, those that have it. `after`: stages have run before, so the team needs
 * a barrier first. Returns whether any stage has run, now or before. */
static bool run_stage(const struct kernel_task *tasks, const stage *stages, int count, bool after)
{
    bool any = false;

    for (int side = 0; side < count; side++) {
        if (!stages[side])
            continue;
        if (after && !any)
            kernel_barrier(tasks);
        any = true;
        stages[side](&tasks[side]);
    }
    return after || any;
}

/* Waits for the slowest thread, so that no operation has another one's time. */
static double note_time(const struct span_work *work, const struct kernel_task *tasks, int first, int count,
                        double before)
{
    kernel_barrier(tasks);
    if (tasks->thread > 0)
        return before;

    double now = clock_seconds();

    for (int side = 0; side < count; side++)
        work->work[first - work->first + side].seconds = (now - before) / count;
    return now;
}

/* What every thread of the team does: each operation in turn, or two side by side, with barriers between all stages. */
static void run_operations(void *context, int thread)
{
    struct span_work *work = context;
    const struct op *ops = work->program->plan->ops;
    uint64_t mode = denormals_off();
    double clock = work->work ? clock_seconds() : 0;

    for (int i = work->first, count; i < work->end; i += count) {
        struct kernel_task tasks[CPU_SIDE_BY_SIDE];
        stage stages[STAGES][CPU_SIDE_BY_SIDE];
        bool after = false;

        count = i + 1 < work->end && ops[i].beside_next ? CPU_SIDE_BY_SIDE : 1;
        for (int side = 0; side < count; side++) {
            const struct kernel *kernel = kernel_of(work->program, &ops[i + side]);

            tasks[side] = task_of(work, i, side, thread);
            stages[BEGIN][side] = kernel->begin;
            stages[RUN][side] = kernel->run;
            stages[FINISH][side] = kernel->finish;
        }
        if (!come_to(work, tasks, i))
            break;
        for (int s = BEGIN; s < STAGES; s++)
            after = run_stage(tasks, stages[s], count, after);
        if (work->work)
            clock = note_time(work, tasks, i, count, clock);
    }
    denormals_restore(mode);
}

bool cpu_program_run(struct cpu_program *p, int first, int end, const struct step *step, struct op_work *work)
{
    struct span_work span = { .program = p, .first = first, .end = end, .step = step, .work = work, .left_out = end };

    if (is_lost(&span, first))
        return false;

    team_run(p->team, run_operations, &span);
    return span.left_out == end;
}
