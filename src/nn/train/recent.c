#include "nn/train/recent.h"

void recent_add(struct recent *r, double loss, double correct, int rows)
{
    r->loss[r->next] = loss * rows;
    r->correct[r->next] = correct;
    r->rows[r->next] = rows;
    r->next = (r->next + 1) % RECENT_STEPS;
    if (r->count < RECENT_STEPS)
        r->count++;
}

static double mean(const struct recent *r, const double *sums)
{
    double sum = 0, rows = 0;

    for (int i = 0; i < r->count; i++) {
        sum += sums[i];
        rows += r->rows[i];
    }
    return rows > 0 ? sum / rows : -1;
}

double recent_loss(const struct recent *r)
{
    return mean(r, r->loss);
}

double recent_accuracy(const struct recent *r)
{
    return mean(r, r->correct);
}
