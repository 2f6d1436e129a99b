/* Trainings on Slurm: each test has a home of its own with a recipe in it, and a Slurm of one node is there for all. */
#ifndef TESTS_SUPPORT_ON_SLURM_H
#define TESTS_SUPPORT_ON_SLURM_H

#include "tests/support/chance.h"
#include "tests/support/process.h"
#include "tests/support/screen.h"

enum { ON_SLURM_SECONDS = 180 }; /* a test waits no longer for what must come */

/* Of the test that goes on. */
extern struct on_slurm {
    char *folder; /* its home, with "small.ini": a training that goes on until it is stopped */
    char *runs;   /* the folder of runs in it */
} on_slurm;

/* cmocka's for a group: they start a Slurm, where one can be, and end it. */
int on_slurm_begin(void **state);
int on_slurm_end(void **state);

/* cmocka's for each test. */
int on_slurm_setup(void **state);
int on_slurm_teardown(void **state);

#define ON_SLURM(test) cmocka_unit_test_setup_teardown(test, on_slurm_setup, on_slurm_teardown)

/* The test is skipped where Slurm cannot be started. */
void on_slurm_need(void);

/* Puts a recipe of so many epochs, a moment each, in the place of the long one. */
void on_slurm_quick_recipe(int epochs);

/* The path of a run. free() it. */
char *on_slurm_run(const char *name);

/* Until the run has a checkpoint; until some epochs more are done, as many as it may be; until nobody trains it. */
void on_slurm_await_checkpoint(const char *run);
void on_slurm_let_train(const char *run, struct chance *c);
void on_slurm_await_end(const char *run);

/* A program of up to four words, from start to end in the test's home. */
struct process *on_slurm_program(const char *a, const char *b, const char *c, const char *d);

/* A program on a terminal of its own. */
struct screen *on_slurm_terminal(const char *const arguments[]);

void assert_fine(struct process *p);  /* it ended well; frees it */
void assert_goes_on(const char *run); /* what was left of the run can be read, and gone on with */

#endif
