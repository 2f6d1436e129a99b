/* A whole training by the trainer itself, without a recorder or a screen. */
#ifndef TESTS_SUPPORT_TRAINED_H
#define TESTS_SUPPORT_TRAINED_H

#include "nn/train/trainer.h"

/* Trains to the recipe's end, on two threads of a CPU, and fails the test if that is not reached. The source stays the
 * caller's; trainer_close() what it returns. */
struct trainer *trained(const struct recipe *r, const struct backend_class *backend, struct source *source);

#endif
