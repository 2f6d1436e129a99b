/* What ranks that train together tell each other with every step: what each has found in its slice, and what rank 0 has
 * been told to do, so that all do the same from the same step on. */
#ifndef NN_EXCHANGE_H
#define NN_EXCHANGE_H

#include "nn/plan/communicator.h"

struct exchange_orders {
    double rate_factor;
    bool stop, paused;
    bool snapshot; /* one is due */
    bool report;   /* each is to tell how it stands (trainer_report.h) */
};

struct exchange_word; /* of one rank */

struct exchange {
    struct communicator *communicator;
    struct exchange_orders orders; /* in force, the same on all ranks */
    void (*collect)(void *context, struct exchange_orders *out); /* asked on rank 0 at each exchange */
    void *context;
    struct exchange_word *words; /* [ranks] */
    double seconds;              /* that exchange_words() has waited so far */
};

/* False without memory. exchange_close() it in either case; the communicator stays the caller's. */
bool exchange_open(struct exchange *x, struct communicator *c,
                   void (*collect)(void *context, struct exchange_orders *out), void *context, struct error *e);
void exchange_close(struct exchange *x);

/* *loss and *correct of this rank become the sums over all, added in the order of the ranks. Waits for all. */
bool exchange_words(struct exchange *x, double *loss, double *correct, struct error *e);

/* True where a rank was lost: then *e says which. Else *e stays as it is. */
bool exchange_lost(const struct exchange *x, struct error *e);

#endif
