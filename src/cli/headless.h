/* Training without a screen, for batch jobs and scripts: one plain line per epoch on standard output. */
#ifndef CLI_HEADLESS_H
#define CLI_HEADLESS_H

#include "nn/recipe/recipe.h"
#include "run/run_alerts.h"

/* The recipe that is trained when none is given. */
#define HEADLESS_RECIPE "mnist-cnn"

struct headless_options {
    const struct recipe *recipe;
    struct communicator *communicator; /* of several ranks that train together; NULL: it is alone */
    const struct device *device;       /* the recipe's, where it has been found already; NULL: it is looked for */
    const char *folder; /* of the run; NULL: the next numbered one */
    bool resume;        /* goes on with the run in the folder */
    int last_epoch;     /* after which it is left, to be gone on with, though the recipe has more; 0: none */
    bool other_images;  /* goes on though these are not those that it was left with */
    bool again;         /* the same from its first step: it has no checkpoint */
    bool requeue;       /* in a Slurm job: when its time is over the job is queued again */
    bool login_node;    /* also on a login node, where it is refused otherwise */
    struct run_commands commands; /* of the user's */
    bool quiet;         /* errors only */
};

/* Trains to the end. SIGTERM, SIGINT, SIGQUIT, SIGXCPU and SIGALRM end the run within seconds: what was learned is
 * kept, and the error is ERROR_STOPPED. SIGUSR1 and SIGUSR2 write a checkpoint. SIGHUP, of a terminal that went away,
 * changes nothing. Of several ranks rank 0 alone prints, writes the run and minds signals. False with an error. */
bool headless_train(const struct headless_options *o, struct error *e);

#endif
