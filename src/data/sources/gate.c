#include "data/sources/gate.h"

#include "base/clock.h"

void gate_init(struct gate *g)
{
    pthread_mutex_init(&g->lock, NULL);
    pthread_cond_init(&g->opened, NULL);
    atomic_init(&g->closed, false);
}

void gate_destroy(struct gate *g)
{
    pthread_cond_destroy(&g->opened);
    pthread_mutex_destroy(&g->lock);
}

void gate_close(struct gate *g)
{
    atomic_store(&g->closed, true);
}

void gate_open(struct gate *g)
{
    if (!atomic_load(&g->closed))
        return;
    pthread_mutex_lock(&g->lock);
    atomic_store(&g->closed, false);
    pthread_cond_broadcast(&g->opened);
    pthread_mutex_unlock(&g->lock);
}

double gate_pass(struct gate *g)
{
    if (!g || !atomic_load(&g->closed))
        return 0;

    double began = clock_seconds();

    pthread_mutex_lock(&g->lock);
    while (atomic_load(&g->closed))
        pthread_cond_wait(&g->opened, &g->lock);
    pthread_mutex_unlock(&g->lock);
    return clock_seconds() - began;
}
