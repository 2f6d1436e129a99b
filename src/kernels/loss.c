/* Softmax and cross entropy in one operation, with label smoothing. */
#include "kernels/kernels.h"
#include "kernels/vector.h"

#include <math.h>

/* A thread's partial sums for the metrics. */
struct partial {
    double loss;
    int64_t correct;
};

static size_t softmax_loss_workspace(const struct op *op, int batch, int threads)
{
    (void)op;
    (void)batch;
    (void)threads;
    return sizeof(struct partial);
}

/* p = exp(x - most), not yet divided by its sum. */
static void exponentials(const float *x, float most, float *p, int64_t count)
{
    INDEPENDENT
    for (int64_t i = 0; i < count; i++)
        p[i] = vector_exp(x[i] - most);
}

/* The index of the largest number; the first of equals. */
static int64_t largest(const float *x, int64_t count)
{
    int64_t best = 0;

    for (int64_t i = 1; i < count; i++)
        if (x[i] > x[best])
            best = i;
    return best;
}

/* -sum of target × log p, where log p = x - log_total. */
static double row_loss(const struct op_loss *loss, const float *x, int32_t label, double log_total)
{
    double smoothing = loss->smoothing, sum = 0.0;

    for (int64_t i = 0; smoothing > 0.0 && i < loss->classes; i++)
        sum += x[i];
    return log_total - (1.0 - smoothing) * x[label] - smoothing / loss->classes * sum;
}

static void softmax_loss(const struct kernel_task *task)
{
    const struct op_loss *loss = &task->op->loss;
    const int32_t *labels = task->in[1];
    float *metrics = task->out[1];
    struct partial *own = kernel_workspace(task, task->thread), all = { 0 };
    struct share share = team_share(task->step->rows, 1, task->thread, task->threads);

    *own = all;
    for (int64_t row = share.begin; row < share.end; row++) {
        const float *x = (const float *)task->in[0] + row * loss->classes;
        float *p = (float *)task->out[0] + row * loss->classes;
        int64_t best = largest(x, loss->classes);
        float most = x[best];
        double total = 0.0;

        own->correct += best == labels[row];
        exponentials(x, most, p, loss->classes);
        for (int64_t i = 0; i < loss->classes; i++)
            total += p[i];
        own->loss += row_loss(loss, x, labels[row], most + log(total));
        vector_scale(p, (float)(1.0 / total), loss->classes);
    }
    kernel_barrier(task);
    if (task->thread > 0)
        return;
    for (int thread = 0; thread < task->threads; thread++) {
        const struct partial *part = kernel_workspace(task, thread);

        all.loss += part->loss;
        all.correct += part->correct;
    }
    metrics[0] = (float)(all.loss / task->step->rows);
    metrics[1] = (float)all.correct;
}

const struct kernel kernel_softmax_loss = { .run = softmax_loss, .workspace = softmax_loss_workspace };

static void softmax_loss_gradient(const struct kernel_task *task)
{
    const struct op_loss *loss = &task->op->loss;
    const int32_t *labels = task->in[1];
    float factor = 1.0f / (float)task->step->rows, spread = loss->smoothing / (float)loss->classes;
    struct share share = team_share(task->step->rows, 1, task->thread, task->threads);

    for (int64_t row = share.begin; row < share.end; row++) {
        const float *p = (const float *)task->in[0] + row * loss->classes;
        float *dx = (float *)task->out[0] + row * loss->classes;
        float label = (p[labels[row]] - spread - (1.0f - loss->smoothing)) * factor;

        INDEPENDENT
        for (int64_t i = 0; i < loss->classes; i++)
            dx[i] = (p[i] - spread) * factor;
        dx[labels[row]] = label;
    }
}

const struct kernel kernel_softmax_loss_gradient = { .run = softmax_loss_gradient };
