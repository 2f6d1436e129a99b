/* What is gathered down the columns of a matrix, a number or a few from each: strip by strip, then over the strips, in
 * an order that hangs on the sizes and the device alone.
 *
 * What is gathered is told by a struct, which is copied to the device:
 *
 *     struct sums {
 *         struct part {                                    what is known of some rows; all zeros of none
 *             double sum;
 *         };
 *         const float *x;
 *         float *sum;
 *         __device__ void add(part &p, int64_t column, int64_t row, int64_t end, int64_t step) const;
 *                                                          rows row, row + step … below end, at most COLUMN_GROUP
 *         __device__ void merge(part &p, const part &other) const;
 *         __device__ void finish(const part &p, int64_t column) const;
 *     };
 */
#ifndef GPU_COLUMN_GATHER_H
#define GPU_COLUMN_GATHER_H

#include "gpu/ops/column_blocks.h"

enum { COLUMN_GROUP = 64 /* rows that floats may add up before doubles take over */ };

/* Over threadIdx.y, to the threads where that is 0. */
template <typename Gathered>
static __device__ typename Gathered::part column_block_merge(const Gathered &gathered, typename Gathered::part mine)
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
        gathered.add(part, share.column, row, row + group < share.end ? row + group : share.end, blockDim.y);
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

/* Of room for it all. */
template <typename Gathered> static inline size_t column_gather_bytes(const struct gpu *gpu, int64_t columns)
{
    return (size_t)(column_strips_most(gpu, columns) * columns) * sizeof(typename Gathered::part);
}

template <typename Gathered>
static inline void column_gather(struct gpu *gpu, const Gathered &gathered, int64_t rows, int64_t columns, void *room)
{
    const unsigned lanes = 8; /* few columns a block, for there are few blocks */
    struct column_blocks blocks = column_blocks_of(gpu, rows, columns);
    typename Gathered::part *parts = static_cast<typename Gathered::part *>(room);

    gpu_launch(gpu, column_gather_strips<Gathered>, blocks.grid, blocks.block, gathered, blocks, parts);
    if (blocks.strips > 1)
        gpu_launch(gpu, column_merge_strips<Gathered>, (unsigned)((columns + lanes - 1) / lanes),
                   dim3(lanes, COLUMN_THREADS / lanes), gathered, parts, blocks.strips, columns);
}

#endif
