/* Measures a network again: on the test images of a data set, on the device that it was opened on. */
#ifndef RUN_EVALUATE_H
#define RUN_EVALUATE_H

#include "nn/train/executor_evaluate.h"
#include "run/predictions/network.h"

/* Runs it over the test images of `dataset`; NULL: its own. False with an error. */
bool evaluate_network(struct network *n, const char *dataset, struct evaluation *out, struct error *e);

#endif
