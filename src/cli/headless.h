/* Training without a screen: one plain line per epoch on standard output, for batch jobs and scripts. */
#ifndef CLI_HEADLESS_H
#define CLI_HEADLESS_H

#include "nn/recipe/recipe.h"

/* What is trained when nobody says what. */
#define HEADLESS_RECIPE "mnist-cnn"

struct headless_options {
    const struct recipe *recipe;
    const char *folder; /* of the run; NULL: the next numbered one */
    bool quiet;         /* errors only */
};

/* Trains to the end. SIGINT, SIGTERM and SIGHUP stop it at the next step: what was learned is kept and the error is
 * ERROR_STOPPED; a second SIGINT or SIGTERM ends the process on the spot. */
bool headless_train(const struct headless_options *o, struct error *e);

#endif
