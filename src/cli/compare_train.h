/* Trains what a comparison wants, each run in a process of its own, so that the memory and the cores that a run uses
 * are its own and what fails is one run. */
#ifndef CLI_COMPARE_TRAIN_H
#define CLI_COMPARE_TRAIN_H

#include "run/compare/comparison.h"
#include "run/compare/comparison_result.h"

struct compare_training {
    bool login_node; /* also there, where it is refused otherwise */
    bool quiet;      /* errors only */
};

/* Into results[c->count], which are to be freed. */
void compare_train_read(const struct comparison *c, struct comparison_result *results);

/* Are all devices there? Asked in a process of its own, since a driver that was asked once must not be forked. False
 * with an error. */
bool compare_train_check(const struct comparison *c, struct error *e);

/* To the end; a run that fails is told, and others go on: ERROR_RUN in the end. The signals that stop a run
 * (cli/headless.h) stop the one that trains, and all: ERROR_STOPPED. `results`: of each entry, read anew each time.
 * False with an error. */
bool compare_train(const struct comparison *c, const struct compare_training *o, struct comparison_result *results,
                   struct error *e);

#endif
