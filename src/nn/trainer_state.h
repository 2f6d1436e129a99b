/* What a trainer is made of; shared by trainer.c (the outside) and trainer_thread.c (the thread) alone. */
#ifndef NN_TRAINER_STATE_H
#define NN_TRAINER_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "nn/executor.h"
#include "nn/trainer.h"

struct trainer {
    /* Set before the thread starts, never changed. */
    struct recipe recipe;
    const struct backend_class *backend;
    struct device_choice device;
    struct trainer_events events;
    pthread_t thread;

    /* Written by the thread, read by anybody without a lock. */
    struct series *steps, *means, *epochs;

    /* Commands. */
    atomic_bool stop, paused;
    _Atomic double rate_factor;
    pthread_cond_t resumed; /* with lock: paused or stop changed */

    /* The published state. */
    pthread_mutex_t lock;
    pthread_cond_t over;
    struct trainer_status status;

    /* The thread's own until the state is over. */
    struct source *source;
    bool owns_source;
    struct dataset_info info;
    struct plan *plan;
    float *parameters, *statistics; /* host arrays of the whole arenas: first to last weights */
    bool has_weights;
    struct trainer_weights weights;
};

void *trainer_thread(void *trainer);

#endif
