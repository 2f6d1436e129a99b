/* What a comparison tells of the runs that differ in their seed alone. */
#ifndef RUN_COMPARE_COMPARISON_ROW_H
#define RUN_COMPARE_COMPARISON_ROW_H

#include "run/compare/comparison.h"
#include "run/compare/comparison_result.h"

/* Of the runs of a row; count 0: unknown, and the figures are negative. */
struct comparison_band {
    int count;
    double mean, least, most;
};

struct comparison_row {
    char label[COMPARISON_LABEL_SIZE]; /* safe to show */
    char device[64];
    int first, count;      /* its first entry, and how many it has */
    int epochs;            /* that all of its runs have */
    bool dropped;          /* all of it was stopped early, as others were better; none of it failed */
    enum run_state state;  /* of the run that is worst off; */
    bool waits;            /* one of them has not begun */
    char problem[256];     /* of the first that has one */
    bool warmed;           /* the first epochs are left out of these two, of the epochs of all its runs */
    struct comparison_spread epoch_seconds, images_per_second;
    double speedup;        /* how many times as fast an epoch is as that of the first row; negative: unknown */
    struct comparison_band best_accuracy, last_accuracy;
    struct comparison_band seconds_to_common; /* to the accuracy that all rows reach; count 0: not all its runs do */
    struct comparison_band energy, memory, gpu_memory; /* as in struct comparison_result */
};

#endif
