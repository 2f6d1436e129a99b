/* How threads that decode share the cores with those that compute: they go on while these work, or they yield to them
 * and decode while these wait. Which is quicker depends on the network, the images and the node, so that both are tried
 * in turn, from time to time. It changes when images are decoded, never which or how. */
#ifndef DATA_PACE_H
#define DATA_PACE_H

#include <stdbool.h>

struct pace {
    bool yields;      /* what is to be done now */
    int turn, batches; /* of the trial, or of what was found; batches of this turn so far */
    double seconds[2]; /* of the batches of each way in this trial */
};

/* A zeroed pace begins with a trial. `seconds`: from one batch to the next. */
void pace_note(struct pace *p, double seconds);

#endif
