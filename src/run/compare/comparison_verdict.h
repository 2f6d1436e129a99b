/* What a comparison comes to, in a sentence: "the GPU is 14 times as fast as cpu:1; both reach 62.1 %". Only what was
 * measured is told, and a difference within the spread is called none. */
#ifndef RUN_COMPARE_COMPARISON_VERDICT_H
#define RUN_COMPARE_COMPARISON_VERDICT_H

#include "run/compare/comparison_row.h"

struct comparison_rows {
    const struct comparison_row *at;
    int count;
    double common_accuracy; /* the highest that all of them reach; negative: there is none */
};

/* From rows that are complete. "": there are no two to tell of. */
void comparison_verdict(const struct comparison_rows *rows, char *out, size_t size);

#endif
