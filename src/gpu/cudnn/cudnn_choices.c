#include "gpu/cudnn/cudnn_choices.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const struct cudnn_choice *cudnn_choices_find(const struct gpu *gpu, const struct op *op, int rows)
{
    const struct cudnn_problem problem = cudnn_problem_of(op, rows);

    for (int i = 0; gpu->cudnn && i < gpu->cudnn->n; i++)
        if (!memcmp(&gpu->cudnn->choices[i].problem, &problem, sizeof problem))
            return &gpu->cudnn->choices[i];
    return NULL;
}

/* NULL without memory. */
static struct cudnn_choice *new_choice(struct cudnn_choices *all, const struct cudnn_problem *problem)
{
    if (all->n == all->room) {
        int room = all->room ? 2 * all->room : 16;
        struct cudnn_choice *more = realloc(all->choices, (size_t)room * sizeof *more);

        if (!more)
            return NULL;
        all->choices = more;
        all->room = room;
    }
    all->choices[all->n] = (struct cudnn_choice){ .problem = *problem };
    return &all->choices[all->n++];
}

/* For bfloat16 tensor cores need multiples of 8 channels; only those of x are filled up (cudnn_problem.h). */
static bool is_for_cudnn(const struct op *op)
{
    const int eights = 8;

    return op_is_convolution(op->kind) &&
           (op->precision != PRECISION_BF16 ||
            (op->window.out_channels % eights == 0 &&
             (op->kind != OP_CONV2D_INPUT_GRADIENT || op->window.channels % eights == 0)));
}

/* False where there is no cuDNN. */
static bool open_library(struct gpu *gpu)
{
    if (!gpu->cudnn) {
        gpu->cudnn = memory_new(1, sizeof *gpu->cudnn, &gpu->error);
        if (gpu->cudnn)
            cudnn_library_open(&gpu->cudnn->session, gpu->stream, &gpu->error);
    }
    return gpu->cudnn && gpu->cudnn->session.library;
}

void cudnn_choices_make(struct gpu *gpu, const struct plan *plan, const struct gpu_kernel *const kernels[OP_COUNT])
{
    for (int i = 0; i < plan->n_ops && gpu->error.kind == ERROR_NONE; i++) {
        const struct op *op = &plan->ops[i];
        struct cudnn_problem problem;
        struct cudnn_choice *choice;
        struct cudnn_plans *plans;

        if (!is_for_cudnn(op) || cudnn_choices_find(gpu, op, plan->batch))
            continue;
        if (!open_library(gpu))
            return;
        problem = cudnn_problem_of(op, plan->batch);
        choice = new_choice(gpu->cudnn, &problem);
        plans = choice ? cudnn_plans_new(&gpu->cudnn->session, &problem) : NULL;
        if (plans && !cudnn_trial(gpu, kernels[op->kind], plan, op, choice, plans))
            cudnn_plans_free(plans);
    }
}

void cudnn_choices_drop(struct gpu *gpu)
{
    if (!gpu->cudnn)
        return;
    for (int i = 0; i < gpu->cudnn->n; i++)
        cudnn_plans_free(gpu->cudnn->choices[i].plans);
    free(gpu->cudnn->choices);
    cudnn_library_close(&gpu->cudnn->session);
    free(gpu->cudnn);
    gpu->cudnn = NULL;
}
