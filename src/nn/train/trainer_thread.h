/* The training thread: epochs of steps and a validation each, and the end. It publishes through trainer_publish(), and
 * reads its commands from the atomics of struct trainer. */
#ifndef NN_TRAINER_THREAD_H
#define NN_TRAINER_THREAD_H

#include "nn/train/trainer_state.h"

/* Runs a struct trainer until its state is over; for thread_start(). */
void *trainer_thread(void *trainer);

#endif
