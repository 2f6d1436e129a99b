/* A matrix of many rows shared by blocks: a block takes a strip of rows of neighbouring columns, threadIdx.x goes along
 * the columns, threadIdx.y down the rows. */
#ifndef GPU_COLUMN_BLOCKS_H
#define GPU_COLUMN_BLOCKS_H

#include "gpu/core/gpu_launch.h"

enum { COLUMN_THREADS = 256, COLUMN_LANES = 32 };

struct column_blocks {
    int64_t rows, columns, strip; /* rows of a strip */
    unsigned strips;
    dim3 grid, block;
};

/* A thread's own column, and its rows begin, begin + blockDim.y … below end. */
struct column_share {
    int64_t column, begin, end;
};

/* Strips that fill a device; fewer rows have fewer strips. */
static inline int64_t column_strips_most(const struct gpu *gpu, int64_t columns)
{
    const int64_t waves = 4, tiles = (columns + COLUMN_LANES - 1) / COLUMN_LANES;

    return 1 + waves * gpu->multiprocessors / tiles;
}

static inline struct column_blocks column_blocks_of(const struct gpu *gpu, int64_t rows, int64_t columns)
{
    const int64_t rows_least = 4; /* of a thread: fewer are not worth a strip */
    struct column_blocks blocks = {};
    int64_t strips = column_strips_most(gpu, columns), least;
    unsigned lanes = 1;

    while (lanes < COLUMN_LANES && lanes < columns)
        lanes *= 2;
    blocks.rows = rows;
    blocks.columns = columns;
    blocks.block = dim3(lanes, COLUMN_THREADS / lanes);
    least = rows_least * blocks.block.y;
    blocks.strip = (rows + strips - 1) / strips;
    blocks.strip = blocks.strip > least ? blocks.strip : least;
    blocks.strips = (unsigned)((rows + blocks.strip - 1) / blocks.strip);
    blocks.grid = dim3((unsigned)((columns + lanes - 1) / lanes), blocks.strips);
    return blocks;
}

static __device__ __forceinline__ column_share column_share_of(const column_blocks &blocks)
{
    int64_t column = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
    int64_t first = blockIdx.y * blocks.strip, end = first + blocks.strip;

    return { column, first + threadIdx.y, end < blocks.rows ? end : blocks.rows };
}

#endif
