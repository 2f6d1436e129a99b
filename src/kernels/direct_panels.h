/* Weights in the order in which direct convolutions read them: panels of TILE_COLUMNS filters, each
 * [1 + depth][TILE_COLUMNS], the bias first, the last panel filled up with zeros. The team packs them once for each
 * operation, in its shared memory. */
#ifndef KERNELS_DIRECT_PANELS_H
#define KERNELS_DIRECT_PANELS_H

#include "base/limits.h"
#include "kernels/tile.h"

struct direct_panels {
    float *at;              /* direct_panels_floats() */
    int64_t depth, filters; /* depth: weights of a filter */
};

static inline int64_t direct_panels_count(const struct direct_panels *p)
{
    return int64_ceil_div(p->filters, TILE_COLUMNS);
}

static inline int64_t direct_panels_floats(const struct direct_panels *p)
{
    return direct_panels_count(p) * (1 + p->depth) * TILE_COLUMNS;
}

/* A panel: its bias, then its weights. */
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
