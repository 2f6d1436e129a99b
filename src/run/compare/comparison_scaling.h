/* How a recipe scales: the rows of a comparison that differ only in how much trains them, from the least on. */
#ifndef RUN_COMPARE_COMPARISON_SCALING_H
#define RUN_COMPARE_COMPARISON_SCALING_H

#include "run/compare/comparison_verdict.h"

struct scaling_step {
    int row;       /* of those that were given */
    int units;     /* threads on CPUs, of all replicas and ranks; else GPUs */
    double perfect; /* images a second, were the first step's kept up with so many times as much */
    struct comparison_spread speed; /* images a second of the epochs' training steps */
    struct comparison_spread efficiency; /* `speed` over `perfect`: fractions */
    double seconds_to_common; /* to the accuracy that all rows reach, the mean of its runs; negative: unknown */
};

struct comparison_scaling {
    const char *unit; /* "thread", "GPU" */
    int count;        /* 0: these rows are no scaling */
    struct scaling_step steps[COMPARISON_VALUES_MOST];
};

/* Of rows and the results of all entries. `alone`: nothing else differs in them but device and seed. False, and count
 * 0, where they are of several kinds, two have as many units, or less than two are measured. */
bool comparison_scaling_make(const struct comparison_rows *rows, const struct comparison_result *results, bool alone,
                             struct comparison_scaling *out);

/* "cpu:2x1 trains 7120 images/s, 1.74 times as many as cpu:1, with 2 times the threads: 87 % of perfect"; "" where they
 * are no scaling. */
void comparison_scaling_words(const struct comparison_scaling *s, const struct comparison_row *rows, char *out,
                              size_t size);

#endif
