#include "nn/train/batch_fit.h"

#include <limits.h>

/* The three leading bits are kept: ..., 64, 80, 96, 112, 128, 160, ... */
static int rounded_down(uint64_t batch)
{
    uint64_t unit = 1;

    if (batch > INT_MAX)
        batch = INT_MAX;
    while (batch / unit >= 8)
        unit *= 2;
    return (int)(batch / unit * unit);
}

int batch_fit(const struct plan *plan, uint64_t room)
{
    uint64_t growing = plan->arena_bytes[ARENA_ACTIVATIONS] + plan->arena_bytes[ARENA_BATCH];
    uint64_t fixed = plan_bytes(plan) - growing, usable = room - room / 8;
    double an_image = (double)growing / plan->batch;

    return usable > fixed ? rounded_down((uint64_t)((double)(usable - fixed) / an_image)) : 0;
}
