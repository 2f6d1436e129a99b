#include "data/sources/index_order.h"

#include <stdlib.h>

#include "base/memory.h"

static int by_index(const void *a, const void *b, void *context)
{
    const uint32_t *index = context;
    uint32_t first = index[*(const uint32_t *)a], second = index[*(const uint32_t *)b];

    return (first > second) - (first < second);
}

static bool make_room(struct index_order *o, int n, struct error *e)
{
    if (n <= o->room)
        return true;
    index_order_free(o);
    o->position = memory_new((size_t)n, sizeof *o->position, e);
    if (!o->position)
        return false;
    o->room = n;
    return true;
}

bool index_order_sort(struct index_order *o, const uint32_t *index, int n, struct error *e)
{
    if (!make_room(o, n, e))
        return false;
    for (int i = 0; i < n; i++)
        o->position[i] = (uint32_t)i;
    qsort_r(o->position, (size_t)n, sizeof *o->position, by_index, (void *)index);
    return true;
}

int index_order_run(const struct index_order *o, const uint32_t *index, int from, int n)
{
    uint32_t first = o->position[from];
    int run = 1;

    while (from + run < n && o->position[from + run] == first + (uint32_t)run &&
           index[o->position[from + run]] == index[first] + (uint32_t)run)
        run++;
    return run;
}

void index_order_free(struct index_order *o)
{
    free(o->position);
    *o = (struct index_order){ 0 };
}
