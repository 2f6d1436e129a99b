#include "nn/train/exchange.h"

#include <stdlib.h>

#include "base/memory.h"

struct exchange_word {
    double loss, correct;
    struct exchange_orders orders; /* rank 0's are those that count */
};

bool exchange_open(struct exchange *x, struct communicator *c,
                   void (*collect)(void *context, struct exchange_orders *out), void *context, struct error *e)
{
    *x = (struct exchange){ .communicator = c, .collect = collect, .context = context };
    x->words = memory_new((size_t)c->ranks, sizeof *x->words, e);
    return x->words != NULL;
}

void exchange_close(struct exchange *x)
{
    free(x->words);
    x->words = NULL;
}

bool exchange_words(struct exchange *x, double *loss, double *correct, struct error *e)
{
    struct communicator *c = x->communicator;
    struct exchange_word own = { .loss = *loss, .correct = *correct };

    if (c->rank == 0)
        x->collect(x->context, &own.orders);

    const double before = c->waited;

    if (!communicator_gather(c, &own, sizeof own, x->words, e))
        return false;
    x->seconds += c->waited - before;
    *loss = *correct = 0;
    for (int rank = 0; rank < c->ranks; rank++) {
        *loss += x->words[rank].loss;
        *correct += x->words[rank].correct;
    }
    x->orders = x->words[0].orders;
    return true;
}

bool exchange_lost(const struct exchange *x, struct error *e)
{
    struct communicator *c = x->communicator;
    struct error why;
    bool lost = !c->ops->await(c, &why);

    if (lost)
        *e = why;
    return lost;
}
