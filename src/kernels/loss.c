/* Softmax and cross entropy in one operation, with label smoothing, weights of the classes and mixed labels. */
#include "kernels/kernels.h"
#include "kernels/vector.h"

#include <math.h>

/* A thread's partial sums for the metrics. */
struct partial {
    double loss, correct;
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

/* What an image should be: its label and, where images are mixed, that of the next one, with their shares and how much
 * each counts in the loss. */
struct target {
    int32_t label[2];
    float share[2], weight[2];
};

static struct target target_of(const struct kernel_task *task, int64_t row)
{
    const int32_t *labels = task->in[1];
    const float *weights = task->in[2];
    float other = task->op->loss.mixed ? task->step->mix.share : 0.0f;
    struct target t = { .label = { labels[row], labels[(row + 1) % (task->step->rows + task->op->loss.next)] },
                        .share = { 1.0f - other, other } };

    for (int k = 0; k < 2; k++)
        t.weight[k] = t.share[k] * (weights ? weights[t.label[k]] : 1.0f);
    return t;
}

/* -sum of target × log p, where log p = x - log_total. */
static double row_loss(const struct op_loss *loss, const float *x, const struct target *t, double log_total)
{
    double smoothing = loss->smoothing, spread = 0.0, sum = 0.0;

    for (int64_t i = 0; smoothing > 0.0 && i < loss->classes; i++)
        spread += x[i];
    for (int k = 0; k < 2; k++)
        if (t->weight[k] > 0.0f)
            sum += t->weight[k] * (log_total - (1.0 - smoothing) * x[t->label[k]] - smoothing / loss->classes * spread);
    return sum;
}

/* Of two numbers, one for each label, those of the labels that are this class. */
static float of_class(const struct target *t, const float of_label[2], int64_t class)
{
    return (class == t->label[0] ? of_label[0] : 0.0f) + (class == t->label[1] ? of_label[1] : 0.0f);
}

static void softmax_loss(const struct kernel_task *task)
{
    const struct op_loss *loss = &task->op->loss;
    float *metrics = task->out[1];
    struct partial *own = kernel_workspace(task, task->thread), all = { 0 };
    struct share share = team_share(task->step->rows, 1, task->thread, task->threads);

    *own = all;
    for (int64_t row = share.begin; row < share.end; row++) {
        const float *x = (const float *)task->in[0] + row * loss->classes;
        float *p = (float *)task->out[0] + row * loss->classes;
        struct target target = target_of(task, row);
        int64_t best = largest(x, loss->classes);
        float most = x[best];
        double total = 0.0;

        own->correct += of_class(&target, target.share, best);
        exponentials(x, most, p, loss->classes);
        for (int64_t i = 0; i < loss->classes; i++)
            total += p[i];
        own->loss += row_loss(loss, x, &target, most + log(total));
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
    metrics[0] = (float)(all.loss / step_whole(task->step));
    metrics[1] = (float)all.correct;
}

const struct kernel kernel_softmax_loss = { .run = softmax_loss, .workspace = softmax_loss_workspace };

static void softmax_loss_gradient(const struct kernel_task *task)
{
    const struct op_loss *loss = &task->op->loss;
    float factor = 1.0f / (float)step_whole(task->step), spread = loss->smoothing / (float)loss->classes;
    struct share share = team_share(task->step->rows, 1, task->thread, task->threads);

    for (int64_t row = share.begin; row < share.end; row++) {
        const float *p = (const float *)task->in[0] + row * loss->classes;
        float *dx = (float *)task->out[0] + row * loss->classes;
        struct target target = target_of(task, row);
        float whole = target.weight[0] + target.weight[1], scaled = whole * factor;

        INDEPENDENT
        for (int64_t i = 0; i < loss->classes; i++)
            dx[i] = (p[i] - spread) * scaled;
        for (int k = 0; k < 2; k++) {
            int32_t at = target.label[k];

            dx[at] = ((p[at] - spread) * whole - (1.0f - loss->smoothing) * of_class(&target, target.weight, at)) *
                     factor;
        }
    }
}

const struct kernel kernel_softmax_loss_gradient = { .run = softmax_loss_gradient };
