/* Where threads that decode let those pass that compute on the same cores. */
#ifndef DATA_GATE_H
#define DATA_GATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct gate {
    pthread_mutex_t lock;
    pthread_cond_t opened;
    atomic_bool closed;
};

void gate_init(struct gate *g); /* open */
void gate_destroy(struct gate *g);
void gate_close(struct gate *g);
void gate_open(struct gate *g);

/* Returns at once while it is open, else when it is opened; how many seconds that took. NULL is no gate. */
double gate_pass(struct gate *g);

#endif
