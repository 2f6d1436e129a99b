/* Sums over ranks. The team's first thread speaks for it; the communicator keeps its first failure, and whoever runs
 * the plan asks for it. */
#include "kernels/kernels.h"

/* NULL: there is nobody, or more is to be added to the gradients first. */
static struct communicator *communicator_of(const struct kernel_task *task)
{
    const struct step *step = task->step;

    return task->thread == 0 && step->part + 1 >= step->parts ? step->communicator : NULL;
}

static void all_reduce(const struct kernel_task *task)
{
    struct communicator *c = communicator_of(task);
    struct error kept;

    if (c)
        c->ops->all_reduce(c, task->in[0], (size_t)task->op->update.count, &kept);
}

static void await(const struct kernel_task *task)
{
    struct communicator *c = communicator_of(task);
    struct error kept;

    if (c)
        communicator_await(c, &kept);
}

const struct kernel kernel_all_reduce = { .run = all_reduce };
const struct kernel kernel_await = { .run = await };
