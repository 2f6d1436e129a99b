#include "nn/train/last_steps.h"

void last_steps_add(struct last_steps *r, double loss, double correct, int rows)
{
    r->loss[r->next] = loss * rows;
    r->correct[r->next] = correct;
    r->rows[r->next] = rows;
    r->next = (r->next + 1) % LAST_STEPS;
    if (r->count < LAST_STEPS)
        r->count++;
}

static double mean(const struct last_steps *r, const double *sums)
{
    double sum = 0, rows = 0;

    for (int i = 0; i < r->count; i++) {
        sum += sums[i];
        rows += r->rows[i];
    }
    return rows > 0 ? sum / rows : -1;
}

double last_steps_loss(const struct last_steps *r)
{
    return mean(r, r->loss);
}

double last_steps_accuracy(const struct last_steps *r)
{
    return mean(r, r->correct);
}
