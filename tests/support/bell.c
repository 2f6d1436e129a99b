#include "tests/support/bell.h"

void bell_ring(void *bell)
{
    struct bell *b = bell;

    pthread_mutex_lock(&b->lock);
    b->rings++;
    pthread_cond_broadcast(&b->rung);
    pthread_mutex_unlock(&b->lock);
}

void bell_await(struct bell *b, int *seen)
{
    pthread_mutex_lock(&b->lock);
    while (b->rings == *seen)
        pthread_cond_wait(&b->rung, &b->lock);
    *seen = b->rings;
    pthread_mutex_unlock(&b->lock);
}
