#include "nn/plan/communicator.h"

#include "base/clock.h"

bool communicator_await(struct communicator *c, struct error *e)
{
    double before = clock_seconds();
    bool good = c->ops->await(c, e);

    c->counted = clock_seconds();
    c->on_core = clock_thread_seconds();
    c->waited += c->counted - before;
    return good;
}

bool communicator_gather(struct communicator *c, const void *from, size_t size, void *to, struct error *e)
{
    double before = clock_seconds();
    bool good = c->ops->all_gather(c, from, size, to, e);

    c->waited += clock_seconds() - before;
    return good;
}

double communicator_summing(struct communicator *c)
{
    return c->ops->summing ? c->ops->summing(c) : -1;
}
