/* A run whose figures are the same everywhere: a loss that falls with noise, for tests of charts. */
#ifndef TESTS_SUPPORT_FAKE_RUN_H
#define TESTS_SUPPORT_FAKE_RUN_H

#include "tui/state/charts.h"

enum { FAKE_STEPS = 60 /* an epoch */ };

struct fake_run {
    struct series *steps, *checks;
    int trained; /* steps */
    int seed;    /* another one: other noise, and a loss that is a little higher */
};

void fake_run_begin(struct fake_run *r, int seed);
void fake_run_free(struct fake_run *r);

/* So many steps more, with the validations of whole epochs; a second has five steps, a validation takes one. */
void fake_run_train(struct fake_run *r, int steps);
void fake_run_write(const struct fake_run *r, const char *folder); /* its metrics, into a folder that is there */
bool fake_run_follow(const struct fake_run *r, struct charts *charts, bool over);

#endif
