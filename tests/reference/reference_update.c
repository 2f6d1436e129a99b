/* The loss, sums over parts, clipping, the optimisers, and what looks at them. */
#include "tests/reference/reference_ops.h"

#include <math.h>

static double target(const struct op_loss *loss, int k, int32_t label)
{
    return (k == label ? 1.0 - (double)loss->smoothing : 0.0) + (double)loss->smoothing / loss->classes;
}

/* How much of an image its label is, or that of the next one. */
static double share_of(const struct reference_task *task, bool next)
{
    double other = task->op->loss.mixed ? (double)task->step->mix.share : 0.0;

    return next ? other : 1.0 - other;
}

static int whole_of(const struct reference_task *task)
{
    return task->step->whole > 0 ? task->step->whole : task->step->rows;
}

static int32_t label_of(const struct reference_task *task, int n, bool next)
{
    const int32_t *labels = task->in[1];

    return labels[next ? (n + 1) % (task->step->rows + task->op->loss.next) : n];
}

static double weight_of(const struct reference_task *task, int n, bool next)
{
    const double *weights = task->in[2];

    return share_of(task, next) * (weights ? weights[label_of(task, n, next)] : 1.0);
}

void reference_softmax_loss(const struct reference_task *task)
{
    const struct op_loss *loss = &task->op->loss;
    const double *logits = task->in[0];
    double *p = task->out[0], *metrics = task->out[1];

    metrics[0] = metrics[1] = 0.0;
    for (int n = 0; n < task->step->rows; n++, logits += loss->classes, p += loss->classes) {
        double total = 0.0;
        int best = 0;

        for (int k = 1; k < loss->classes; k++)
            if (logits[k] > logits[best])
                best = k;
        for (int k = 0; k < loss->classes; k++)
            total += exp(logits[k] - logits[best]);
        for (int k = 0; k < loss->classes; k++)
            p[k] = exp(logits[k] - logits[best] - log(total));
        for (int next = 0; next < 2; next++) {
            int32_t label = label_of(task, n, next);

            for (int k = 0; k < loss->classes; k++)
                metrics[0] -= weight_of(task, n, next) * target(loss, k, label) *
                              (logits[k] - logits[best] - log(total)) / whole_of(task);
            metrics[1] += best == label ? share_of(task, next) : 0.0;
        }
    }
}

void reference_softmax_loss_gradient(const struct reference_task *task)
{
    const struct op_loss *loss = &task->op->loss;
    const double *p = task->in[0];
    double *dlogits = task->out[0];

    for (int n = 0; n < task->step->rows; n++)
        for (int k = 0; k < loss->classes; k++) {
            double sum = 0.0;

            for (int next = 0; next < 2; next++)
                sum += weight_of(task, n, next) *
                       (p[n * loss->classes + k] - target(loss, k, label_of(task, n, next)));
            dlogits[n * loss->classes + k] = sum / whole_of(task);
        }
}

void reference_accumulate(const struct reference_task *task)
{
    const struct step *s = task->step;
    double *x = task->in[0], *sums = task->in[1];

    for (int64_t i = 0; s->parts > 1 && i < task->op->update.count; i++) {
        double sum = s->part == 0 ? x[i] : sums[i] + x[i];

        *(s->part == s->parts - 1 ? &x[i] : &sums[i]) = sum;
    }
}

void reference_clip_gradient(const struct reference_task *task)
{
    const struct op_update *u = &task->op->update;
    double *g = task->in[0], norm = 0.0;

    for (int64_t i = 0; i < u->count; i++)
        norm += g[i] * g[i];
    norm = sqrt(norm);
    for (int64_t i = 0; norm > u->clip && i < u->count; i++)
        g[i] *= u->clip / norm;
}

static double rate_of(const struct reference_task *task)
{
    return task->step->learning_rate * (double)task->op->update.share;
}

/* Weight decay: shrinks the parameter (decoupled), or adds to the gradient (L2), which is returned. */
static double decayed(const struct reference_task *task, double *p, double g)
{
    const struct op_update *u = &task->op->update;

    if (!u->decoupled)
        return g + u->weight_decay * *p;
    *p -= rate_of(task) * u->weight_decay * *p;
    return g;
}

void reference_sgd(const struct reference_task *task)
{
    const struct op_update *u = &task->op->update;
    double *p = task->in[0], *v = task->in[2], rate = rate_of(task);
    const double *gradients = task->in[1];

    for (int64_t i = 0; i < u->count; i++) {
        double g = decayed(task, &p[i], gradients[i]);

        if (!v) {
            p[i] -= rate * g;
            continue;
        }
        v[i] = u->momentum * v[i] - rate * g;
        p[i] += u->nesterov ? u->momentum * v[i] - rate * g : v[i];
    }
}

void reference_adam(const struct reference_task *task)
{
    const struct op_update *u = &task->op->update;
    double *p = task->in[0], *m = task->in[2], *v = task->in[3], t = (double)task->step->number;
    double beta1 = u->beta1, beta2 = u->beta2;
    double rate = rate_of(task) * sqrt(1.0 - pow(beta2, t)) / (1.0 - pow(beta1, t));
    const double *gradients = task->in[1];

    for (int64_t i = 0; i < u->count; i++) {
        double g = decayed(task, &p[i], gradients[i]);

        m[i] = beta1 * m[i] + (1.0 - beta1) * g;
        v[i] = beta2 * v[i] + (1.0 - beta2) * g * g;
        p[i] -= rate * m[i] / (sqrt(v[i]) + u->epsilon);
    }
}

void reference_rmsprop(const struct reference_task *task)
{
    const struct op_update *u = &task->op->update;
    double *p = task->in[0], *squares = task->in[2], *v = task->in[3];
    const double *gradients = task->in[1];

    for (int64_t i = 0; i < u->count; i++) {
        double g = decayed(task, &p[i], gradients[i]), step;

        squares[i] = u->rho * squares[i] + (1.0 - u->rho) * g * g;
        step = rate_of(task) * g / sqrt(squares[i] + u->epsilon);
        if (v)
            v[i] = step += u->momentum * v[i];
        p[i] -= step;
    }
}

/* A reference is alone: its gradients are the sums. */
void reference_all_reduce(const struct reference_task *task)
{
    (void)task;
}

void reference_await(const struct reference_task *task)
{
    (void)task;
}

void reference_l2_norm(const struct reference_task *task)
{
    const double *x = task->in[0], *from = task->in[1];
    double *kept = task->out[1], sum = 0.0;

    for (int64_t i = 0; i < task->op->update.count; i++) {
        double d = x[i] - (from ? from[i] : 0.0);

        sum += d * d;
        if (kept)
            kept[i] = x[i];
    }
    *(double *)task->out[0] = sqrt(sum);
}

void reference_silent(const struct reference_task *task)
{
    const struct op_norm *norm = &task->op->norm;
    const double *x = task->in[0];
    double silent = 0.0;

    for (int c = 0; c < norm->channels; c++) {
        bool heard = false;

        for (int i = 0; i < task->step->rows * norm->pixels; i++)
            heard = heard || x[i * norm->channels + c] != 0.0;
        silent += !heard;
    }
    *(double *)task->out[0] = silent;
}
