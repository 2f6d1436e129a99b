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

void gpu_columns_sum(struct gpu *gpu, const float *x, const uint8_t *winner, int64_t rows, int64_t columns, void *room,
                     float *sums)
{
    column_gather(gpu, column_total{ x, winner, columns, sums }, rows, columns, room);
}

size_t gpu_columns_sum_bytes(const struct gpu *gpu, int64_t columns)
{
    return column_gather_bytes<column_total>(gpu, columns);
}

struct column_moments {
    struct part {
        double count, mean, deviation; /* sum of squared distances from the mean */
    };

    const float *x;
    int64_t columns;
    float *mean, *variance;

    /* By distances from the first number of a group, so that a large mean costs no digits: at worst the squares cancel
     * by a factor of COLUMN_GROUP. */
    __device__ void add(part &p, int64_t column, int64_t row, int64_t end, int64_t step) const
    {
        float first = x[row * columns + column], distance = 0.0f, square = 0.0f;
        double count = (double)((end - row + step - 1) / step);

        for (row += step; row < end; row += step) {
            float d = x[row * columns + column] - first;

            distance += d;
            square += d * d;
        }
        merge(p, { count, first + distance / count, square - distance / count * distance });
    }

    /* Chan, Golub and LeVeque, "Algorithms for computing the sample variance", The American Statistician 37, 1983,
     * eq. 2.1. */
    __device__ void merge(part &p, const part &other) const
    {
        double count = p.count + other.count, share = count > 0.0 ? other.count / count : 0.0;
        double delta = other.mean - p.mean;

        p.deviation += other.deviation + delta * delta * share * p.count;
        p.mean += delta * share;
        p.count = count;
    }
    __device__ void finish(const part &p, int64_t column) const
    {
        mean[column] = (float)p.mean;
        variance[column] = (float)(p.deviation / p.count);
    }
};

void gpu_columns_moments(struct gpu *gpu, const float *x, int64_t rows, int64_t columns, void *room, float *moments)
{
    column_gather(gpu, column_moments{ x, columns, moments, moments + columns }, rows, columns, room);
}

size_t gpu_columns_moments_bytes(const struct gpu *gpu, int64_t columns)
{
    return column_gather_bytes<column_moments>(gpu, columns);
}
