/* A run that takes no time: one layer of convolution, three epochs of ten steps, on images of squares that are in
 * memory. */
#ifndef TESTS_SUPPORT_SMALL_RUN_H
#define TESTS_SUPPORT_SMALL_RUN_H

#include "run/run.h"
#include "tests/support/bell.h"

enum { SMALL_SIDE = 6, SMALL_BATCH = 10, SMALL_STEPS = 10 /* an epoch */, SMALL_CLASSES = 3 };

/* What the runs of a test have in common. Runs that are given no folder begin in `folder`/runs. */
struct small_run {
    void *folder;
    struct recipe recipe; /* named "tiny", for a test to change */
    struct source *source;
    struct bell bell; /* every run rings it */
};

extern struct small_run small;

int small_run_setup(void **state);
int small_run_teardown(void **state);

/* NULL with an error; run_close() it. `folder` and `source` as in a run_setup. */
struct run *small_run_start(const char *folder, struct source *source, struct error *e);
struct run *small_run_start_well(void); /* in a new folder; a run that does not start fails the test */

struct trainer_status small_run_status(const struct run *r);
const char *small_run_file(const struct run *r, const char *name); /* the path of a file in its folder */

#endif
