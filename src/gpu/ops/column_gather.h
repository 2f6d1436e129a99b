/* A matrix of many rows: how blocks share it, and how something is gathered down each of its columns.
 *
 * What is gathered is described by a struct, which is copied to the device:
 *
 *     struct sums {
 *         struct part {                    what is known of some rows; all zeros for none
 *             double sum;
 *         };
 *         const float *x;
 *         float *sum;
 *         __device__ void add(part &p, int64_t column, int64_t row, int64_t end, int64_t step) const;
 *                                          adds rows row, row + step … below end, at most COLUMN_GROUP of them
 *         __device__ void merge(part &p, const part &other) const;
 *         __device__ void finish(const part &p, int64_t column) const;
 *     };
 *
 * Parts are merged strip by strip of rows, then over the strips, in an order that depends on the sizes and the device
 * alone. */
#ifndef GPU_COLUMN_GATHER_H
#define GPU_COLUMN_GATHER_H

#include "gpu/core/gpu_launch.h"

/* A block takes a strip of rows of neighbouring columns: threadIdx.x goes along the columns, threadIdx.y down the
 * rows. */
enum { COLUMN_THREADS = 256, COLUMN_LANES = 32 };

struct column_blocks {
    int64_t rows, columns, strip; /* rows of a strip */
    unsigned strips;
    dim3 grid, block;
};

/* A thread's column, and its rows: begin, begin + blockDim.y … below end. */
struct column_share {
    int64_t column, begin, end;
};

/* As many strips as keep a device busy; few rows make fewer. */
static inline int64_t column_strips_most(const struct gpu *gpu, int64_t columns)
{
    const int64_t waves = 4, tiles = int64_ceil_div(columns, COLUMN_LANES);

    return 1 + waves * gpu->multiprocessors / tiles;
}

static inline struct column_blocks column_blocks_of(const struct gpu *gpu, int64_t rows, int64_t columns)
{
    const int64_t rows_least = 4; /* of a thread: fewer are not worth a strip of their own */
    struct column_blocks blocks = {};
    int64_t strips = column_strips_most(gpu, columns);
    unsigned lanes = 1;

    while (lanes < COLUMN_LANES && lanes < columns)
        lanes *= 2;
    blocks.rows = rows;
    blocks.columns = columns;
    blocks.block = dim3(lanes, COLUMN_THREADS / lanes);
    blocks.strip = int64_max(int64_ceil_div(rows, strips), rows_least * blocks.block.y);
    blocks.strips = (unsigned)int64_ceil_div(rows, blocks.strip);
    blocks.grid = dim3((unsigned)int64_ceil_div(columns, lanes), blocks.strips);
    return blocks;
}

static __device__ __forceinline__ column_share column_share_of(const column_blocks &blocks)
{
    int64_t column = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
    int64_t first = blockIdx.y * blocks.strip, end = first + blocks.strip;

    return { column, first + threadIdx.y, min(end, blocks.rows) };
}

enum { COLUMN_GROUP = 64 /* rows that are added in floats, before doubles take over */ };

/* Merges over threadIdx.y; the threads where that is 0 get the result. Not static, as block_sum is not. */
template <typename Gathered>
__device__ __forceinline__ typename Gathered::part column_block_merge(const Gathered &gathered,
                                                                      typename Gathered::part mine)
{
    __shared__ typename Gathered::part parts[COLUMN_THREADS];
    typename Gathered::part *own = parts + threadIdx.y * blockDim.x + threadIdx.x;

    *own = mine;
    for (unsigned half = blockDim.y / 2; half > 0; half /= 2) {
        __syncthreads();
        if (threadIdx.y < half)
            gathered.merge(*own, own[half * blockDim.x]);
    }
    return *own;
}

template <typename Gathered>
static __global__ void column_gather_strips(Gathered gathered, column_blocks blocks, typename Gathered::part *parts)
{
    column_share share = column_share_of(blocks);
    int64_t group = (int64_t)COLUMN_GROUP * blockDim.y;
    typename Gathered::part part = {};

    for (int64_t row = share.begin; share.column < blocks.columns && row < share.end; row += group)
        gathered.add(part, share.column, row, min(row + group, share.end), blockDim.y);
    part = column_block_merge(gathered, part);
    if (threadIdx.y > 0 || share.column >= blocks.columns)
        return;
    if (gridDim.y == 1)
        gathered.finish(part, share.column);
    else
        parts[blockIdx.y * blocks.columns + share.column] = part;
}

template <typename Gathered>
static __global__ void column_merge_strips(Gathered gathered, const typename Gathered::part *parts, unsigned strips,
                                           int64_t columns)
{
    int64_t column = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
    typename Gathered::part part = {};

    for (unsigned strip = threadIdx.y; column < columns && strip < strips; strip += blockDim.y)
        gathered.merge(part, parts[strip * columns + column]);
    part = column_block_merge(gathered, part);
    if (threadIdx.y == 0 && column < columns)
        gathered.finish(part, column);
}

/* Bytes of `room` for column_gather(). */
template <typename Gathered> static inline size_t column_gather_bytes(const struct gpu *gpu, int64_t columns)
{
    return (size_t)(column_strips_most(gpu, columns) * columns) * sizeof(typename Gathered::part);
}

template <typename Gathered>
static inline void column_gather(struct gpu *gpu, const Gathered &gathered, int64_t rows, int64_t columns, void *room)
{
    const unsigned lanes = 8; /* few columns a block, as there are few blocks */
    struct column_blocks blocks = column_blocks_of(gpu, rows, columns);
    typename Gathered::part *parts = static_cast<typename Gathered::part *>(room);

    gpu_launch(gpu, column_gather_strips<Gathered>, blocks.grid, blocks.block, gathered, blocks, parts);
    if (blocks.strips > 1)
        gpu_launch(gpu, column_merge_strips<Gathered>, (unsigned)int64_ceil_div(columns, lanes),
                   dim3(lanes, COLUMN_THREADS / lanes), gathered, parts, blocks.strips, columns);
}

#endif
