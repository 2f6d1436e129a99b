/* The results of a comparison: a row for the runs that differ in their seed alone. */
#ifndef RUN_COMPARE_COMPARISON_TABLE_H
#define RUN_COMPARE_COMPARISON_TABLE_H

#include "run/compare/comparison.h"
#include "run/compare/comparison_next.h"
#include "run/compare/comparison_result.h"
#include "run/compare/comparison_row.h"
#include "run/compare/comparison_scaling.h"

/* A value of the recipe that is not the same in all rows. */
struct comparison_difference {
    char name[96]; /* "training batch" */
    char (*values)[FIELD_TEXT_SIZE]; /* of each row */
};

enum { COMPARISON_NOTES_MOST = 8 };

struct comparison_table {
    int count;
    struct comparison_row *rows;
    int *row_of;            /* of each entry */
    double common_accuracy; /* the highest that every run with an epoch reached, but for dropped ones; negative: none,
                             * or they are of different data sets */
    int n_differences;
    struct comparison_difference *differences;
    int n_notes;            /* what must be known to read the figures right, sentences that are safe to show */
    char notes[COMPARISON_NOTES_MOST][256];
    char verdict[512];      /* what it comes to, in a sentence; "": nothing was measured twice */
    struct comparison_scaling scaling; /* of its rows */
};

/* Of the results of each entry. NULL with an error; comparison_table_free() it. */
struct comparison_table *comparison_table_make(const struct comparison *c, const struct comparison_result *results,
                                               struct error *e);
void comparison_table_free(struct comparison_table *t); /* takes NULL */

#endif
