/* The order in which a list of indices is best read from a file: ascending. */
#ifndef DATA_INDEX_ORDER_H
#define DATA_INDEX_ORDER_H

#include <stdint.h>

#include "base/error.h"

struct index_order {
    uint32_t *position; /* [room] positions in the index list, those of smaller indices first */
    int room;
};

/* Fills position[0..n); room once made is kept for the next list. */
bool index_order_sort(struct index_order *o, const uint32_t *index, int n, struct error *e);

/* How many of position[from..n) name indices that follow one another in the file and in the list: one read. */
int index_order_run(const struct index_order *o, const uint32_t *index, int from, int n);

void index_order_free(struct index_order *o);

#endif
