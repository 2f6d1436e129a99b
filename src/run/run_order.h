/* Which runs of a list are shown, and in which order. */
#ifndef RUN_RUN_ORDER_H
#define RUN_RUN_ORDER_H

#include "run/run_entry.h"

/* X(ORDER, name, how): what comes first. Runs of which that is unknown come last. */
#define RUN_ORDERS(X) \
    X(WHEN, when, "the newest first") \
    X(ACCURACY, accuracy, "the most accurate first") \
    X(NAME, name, "by their names") \
    X(LENGTH, length, "the longest first")

enum run_order {
#define RUN_ORDER(ORDER, name, how) RUN_ORDER_##ORDER,
    RUN_ORDERS(RUN_ORDER)
#undef RUN_ORDER
    RUN_ORDER_COUNT
};

extern const char *const run_order_names[]; /* "when"; ends with NULL */
extern const char *const run_order_words[]; /* "the newest first" */

void run_order_sort(enum run_order order, struct run_entry **entries, int count);

/* Each word of the filter is somewhere in the run's name, data set, recipe, device, state or note; upper and lower case
 * are the same. */
bool run_order_fits(const struct run_entry *entry, const char *filter);

#endif
