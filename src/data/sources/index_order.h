/* The ascending order of a list of indices, which is the best order to read them from a file. */
#ifndef DATA_INDEX_ORDER_H
#define DATA_INDEX_ORDER_H

#include <stdint.h>

#include "base/error.h"

struct index_order {
    uint32_t *position; /* [room] positions in the index list, sorted by the index there */
    int room;
};

/* Fills position[0..n). Memory is kept for the next list. False with an error when there is none. */
bool index_order_sort(struct index_order *o, const uint32_t *index, int n, struct error *e);

/* How many of position[from..n), from the first on, are neighbours in the file and in the list: they need one read. */
int index_order_run(const struct index_order *o, const uint32_t *index, int from, int n);

void index_order_free(struct index_order *o);

#endif
