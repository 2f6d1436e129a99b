/* What a run of a comparison has reached, as its folder tells it, while it trains and after. */
#ifndef RUN_COMPARE_COMPARISON_RESULT_H
#define RUN_COMPARE_COMPARISON_RESULT_H

#include "run/metrics_read.h"
#include "run/run_entry.h"

/* Of so many measurements; count 0: there is none, and the figures are negative. Of one there is no spread. */
struct comparison_spread {
    int count;
    double median, least, most;
};

struct comparison_result {
    bool there;           /* the run has begun: else all is unknown */
    enum run_state state;
    char problem[256];    /* what its folder lacks, a sentence that is safe to show; "": nothing */
    struct summary summary; /* while it has no end, what was known at its start */
    int epochs;           /* that are over, with their validation */
    int planned;          /* as its recipe has them; 0: unknown */
    bool warmed;          /* the first epoch is left out of the two that follow, as a warm-up: there are others */
    struct comparison_spread epoch_seconds;     /* with the validation, without pauses */
    struct comparison_spread images_per_second; /* of an epoch's training steps */
    int best_epoch;
    double best_accuracy, last_accuracy;        /* of validations: fractions; negative: unknown, here and below */
    double seconds;                             /* of training up to the last epoch's end */
    double energy;             /* joules of its GPUs up to the last reading, whoever used them */
    double crowding;           /* by how much more than all cores that it may use it and other programs together wanted,
                                  a fraction of these cores; negative: there was room */
    double memory, gpu_memory; /* bytes at most: of its process, and of its GPUs, whoever used them */
    struct metrics_curves curves;               /* for whoever draws them */
};

/* Always gives a result; what could not be read is its problem. comparison_result_free() it. */
void comparison_result_read(struct comparison_result *r, const char *folder);
void comparison_result_free(struct comparison_result *r);

/* Seconds of training to the first validation of so high an accuracy; negative: it was not reached. */
double comparison_result_seconds_to(const struct comparison_result *r, double accuracy);

/* The highest accuracy of the first so many epochs; negative: unknown. */
double comparison_result_best_in(const struct comparison_result *r, int epochs);

/* The seconds and the images per second of its epochs but for the warm-up, into arrays of `epochs`; how many are
 * known. */
int comparison_result_epoch_seconds(const struct comparison_result *r, double *out);
int comparison_result_speeds(const struct comparison_result *r, double *out);

/* A text of the summaries, at an offset in these, is not the same in all that have begun: two of them that differ. */
bool comparison_results_differ(const struct comparison_result *results, int count, size_t offset, const char **one,
                               const char **other);

/* Of `count` figures, which it sorts. */
struct comparison_spread comparison_spread_of(double *figures, int count);

#endif
