/* Weights as the direct convolution wants them: panels of TILE_COLUMNS filters, each [1 + depth][TILE_COLUMNS] with the
 * bias in front and zeros where there are no more filters. The team packs them once an operation into the memory that
 * it shares. */
#ifndef KERNELS_DIRECT_PANELS_H
#define KERNELS_DIRECT_PANELS_H

#include "base/limits.h"
#include "kernels/tile.h"

struct direct_panels {
    float *at;
    int64_t depth, filters;
};

static inline int64_t direct_panels_count(const struct direct_panels *p)
{
    return int64_ceil_div(p->filters, TILE_COLUMNS);
}

static inline int64_t direct_panels_floats(const struct direct_panels *p)
{
    return direct_panels_count(p) * (1 + p->depth) * TILE_COLUMNS;
}

/* The bias of a panel; its depth follows. */
static inline float *direct_panel(const struct direct_panels *p, int64_t panel)
{
    return p->at + panel * (1 + p->depth) * TILE_COLUMNS;
}

/* Filters in a panel: fewer than TILE_COLUMNS in the last. */
static inline int direct_panel_columns(const struct direct_panels *p, int64_t panel)
{
    return (int)int64_min(p->filters - panel * TILE_COLUMNS, TILE_COLUMNS);
}

#endif
