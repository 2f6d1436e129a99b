#include "gpu/ops/gpu_columns.h"

#include "gpu/ops/column_gather.h"

struct column_total {
    struct part {
        double sum;
    };

    const float *x;
    const uint8_t *winner;
    int64_t columns;
    float *sum;

    __device__ void add(part &p, int64_t column, int64_t row, int64_t end, int64_t step) const
    {
        float group = 0.0f;

        for (; row < end; row += step) {
            int64_t at = row * columns + column;

            group += !winner || winner[at] != WINNER_NONE ? x[at] : 0.0f;
        }
        p.sum += group;
    }
    __device__ void merge(part &p, const part &other) const
    {
        p.sum += other.sum;
    }
    __device__ void finish(const part &p, int64_t column) const
    {
        sum[column] = (float)p.sum;
    }
};

void gpu_column_sums(struct gpu *gpu, const float *x, const uint8_t *winner, int64_t rows, int64_t columns, void *room,
                     float *sum)
{
    column_gather(gpu, column_total{ x, winner, columns, sum }, rows, columns, room);
}

size_t gpu_column_sums_bytes(const struct gpu *gpu, int64_t columns)
{
    return column_gather_bytes<column_total>(gpu, columns);
}
