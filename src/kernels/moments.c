#include "kernels/moments.h"

#include "kernels/vector.h"

enum { BLOCK_ROWS = 64, CHAINS = 4 };

/* LANES columns of up to BLOCK_ROWS rows, in CHAINS independent sums: an addition takes several cycles, and the next
 * one to the same sum waits for it. */
static vector sum_vector(const float *x, int64_t rows, int64_t stride)
{
    vector sums[CHAINS] = { 0 };
    int64_t row = 0;

    for (; row + CHAINS <= rows; row += CHAINS)
#pragma GCC unroll 4
        for (int i = 0; i < CHAINS; i++)
            sums[i] += *(const vector *)(x + (row + i) * stride);
    for (; row < rows; row++)
        sums[0] += *(const vector *)(x + row * stride);
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

static float sum_number(const float *x, int64_t rows, int64_t stride)
{
    float sum = 0.0f;

    for (int64_t row = 0; row < rows; row++)
        sum += x[row * stride];
    return sum;
}

void moments_sum(const float *x, int64_t rows, int64_t columns, int64_t stride, double *sums)
{
    for (int64_t row = 0; row < rows; row += BLOCK_ROWS, x += BLOCK_ROWS * stride) {
        int64_t count = int64_min(rows - row, BLOCK_ROWS), column = 0;

        for (; column + LANES <= columns; column += LANES) {
            vector block = sum_vector(x + column, count, stride);

            for (int i = 0; i < LANES; i++)
                sums[column + i] += block[i];
        }
        for (; column < columns; column++)
            sums[column] += sum_number(x + column, count, stride);
    }
}

size_t moments_bytes(int64_t columns)
{
    return (size_t)(1 + 2 * columns) * sizeof(double);
}

struct moments moments_at(void *memory, int64_t columns)
{
    double *at = memory;

    return (struct moments){ .columns = columns, .count = at, .mean = at + 1, .deviation = at + 1 + columns };
}

void moments_clear(struct moments m)
{
    memset(m.count, 0, moments_bytes(m.columns));
}

/* How `more` rows are merged with `count` others: Chan, Golub and LeVeque, "Algorithms for computing the sample
 * variance", The American Statistician 37, 1983, eq. 2.1. */
struct merge {
    double share, product; /* more / (count + more), and that times count */
};

static struct merge merge_of(double count, double more)
{
    double share = more / (count + more);

    return (struct merge){ share, share * count };
}

VECTOR_INLINE void merge(struct merge how, double *mean, double *deviation, double mean2, double deviation2)
{
    double delta = mean2 - *mean;

    *mean += delta * how.share;
    *deviation += deviation2 + delta * delta * how.product;
}

/* Sums of the differences of a block's rows from its first row, and of their squares: so a large mean costs no digits,
 * and the squares cancel by a factor of BLOCK_ROWS at worst. */
struct sums {
    float first[LANES], distance[LANES], square[LANES];
};

/* LANES columns, in independent sums as above. */
VECTOR_INLINE void vector_moments(const float *x, int64_t rows, int64_t stride, struct sums *of)
{
    vector first = *(const vector *)x, sums[CHAINS] = { 0 }, squares[CHAINS] = { 0 };
    int64_t row = 0;

    for (; row + CHAINS <= rows; row += CHAINS)
#pragma GCC unroll 4
        for (int i = 0; i < CHAINS; i++) {
            vector d = *(const vector *)(x + (row + i) * stride) - first;

            sums[i] += d;
            squares[i] += d * d;
        }
    for (; row < rows; row++) {
        vector d = *(const vector *)(x + row * stride) - first;

        sums[0] += d;
        squares[0] += d * d;
    }
    *(vector *)of->first = first;
    *(vector *)of->distance = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    *(vector *)of->square = (squares[0] + squares[1]) + (squares[2] + squares[3]);
}

static void number_moments(const float *x, int64_t rows, int64_t stride, struct sums *of, int i)
{
    of->first[i] = *x;
    of->distance[i] = of->square[i] = 0.0f;
    for (int64_t row = 1; row < rows; row++) {
        float d = x[row * stride] - *x;

        of->distance[i] += d;
        of->square[i] += d * d;
    }
}

/* `lanes` columns from `column` on. */
VECTOR_INLINE void add_sums(struct moments m, int64_t column, const struct sums *sums, const int64_t lanes,
                            int64_t rows, struct merge how)
{
    double *mean = m.mean + column, *deviation = m.deviation + column, each = 1.0 / (double)rows;

    for (int64_t i = 0; i < lanes; i++) {
        double distance = sums->distance[i], shift = distance * each;

        merge(how, &mean[i], &deviation[i], sums->first[i] + shift, sums->square[i] - distance * shift);
    }
}

static void add_block(struct moments m, const float *x, int64_t rows)
{
    struct merge how = merge_of(*m.count, (double)rows);
    int64_t columns = m.columns, column = 0;
    struct sums sums;

    for (; column + LANES <= columns; column += LANES) {
        vector_moments(x + column, rows, columns, &sums);
        add_sums(m, column, &sums, LANES, rows, how);
    }
    for (int i = 0; i < columns - column; i++)
        number_moments(x + column + i, rows, columns, &sums, i);
    add_sums(m, column, &sums, columns - column, rows, how);
    *m.count += (double)rows;
}

void moments_add(struct moments m, const float *x, int64_t rows)
{
    for (int64_t row = 0; row < rows; row += BLOCK_ROWS)
        add_block(m, x + row * m.columns, int64_min(rows - row, BLOCK_ROWS));
}

void moments_of_team(const struct kernel_task *task, size_t offset, int64_t columns, int64_t column, double *mean,
                     double *variance)
{
    double count = 0.0;

    *mean = *variance = 0.0;
    for (int thread = 0; thread < task->threads; thread++) {
        struct moments m = moments_at((char *)kernel_workspace(task, thread) + offset, columns);

        if (*m.count > 0.0)
            merge(merge_of(count, *m.count), mean, variance, m.mean[column], m.deviation[column]);
        count += *m.count;
    }
    *variance /= count;
}

struct moments moments_of_thread(const struct kernel_task *task, size_t offset, int64_t columns)
{
    struct moments m = moments_at((char *)kernel_workspace(task, task->thread) + offset, columns);

    moments_clear(m);
    return m;
}

void moments_write(const struct kernel_task *task, size_t offset, int64_t columns, float *to)
{
    struct share share = team_share(columns, LINE_FLOATS, task->thread, task->threads);

    kernel_barrier(task);
    for (int64_t column = share.begin; column < share.end; column++) {
        double mean, variance;

        moments_of_team(task, offset, columns, column, &mean, &variance);
        to[column] = (float)mean;
        to[columns + column] = (float)variance;
    }
}

void moments_merge(double rows, double mean_of_rows, double variance_of_rows, double *count, double *mean,
                   double *deviation)
{
    if (rows > 0.0)
        merge(merge_of(*count, rows), mean, deviation, mean_of_rows, variance_of_rows * rows);
    *count += rows;
}
