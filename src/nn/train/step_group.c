#include "nn/train/step_group.h"

#include <math.h>

uint32_t step_group_size(size_t place)
{
    enum { MOST = 31 };
    size_t doublings = place < STEP_GROUP_SINGLE ? 0 : (place - STEP_GROUP_SINGLE) / (STEP_GROUP_SINGLE / 2) + 1;

    return (uint32_t)1 << (doublings < MOST ? doublings : MOST);
}

void step_group_add(struct step_group *g, const struct point *step)
{
    const double loss = (double)step->loss, accuracy = (double)step->accuracy;
    bool first = g->steps++ == 0;

    g->loss = first ? loss : g->loss + loss;
    g->loss_low = first ? loss : fmin(g->loss_low, loss);
    g->loss_high = first ? loss : fmax(g->loss_high, loss);
    g->accuracy = first ? accuracy : g->accuracy + accuracy;
    g->accuracy_low = first ? accuracy : fmin(g->accuracy_low, accuracy);
    g->accuracy_high = first ? accuracy : fmax(g->accuracy_high, accuracy);
    g->last = *step;
}

struct point step_group_point(const struct step_group *g)
{
    struct point p = g->last;

    p.steps = (uint32_t)g->steps;
    p.loss = (float)(g->loss / (double)g->steps);
    p.accuracy = (float)(g->accuracy / (double)g->steps);
    p.loss_low = (float)g->loss_low;
    p.loss_high = (float)g->loss_high;
    p.accuracy_low = (float)g->accuracy_low;
    p.accuracy_high = (float)g->accuracy_high;
    return p;
}
