/* Dense layers: matrix products, shared by the team. Results are divided among the threads by columns, in whole panels,
 * as long as the shares are about equal; threads that are left over divide the rows.
 *
 * If a layer has many more inputs than the step has images, nearly all its memory is weights. Then each thread keeps to
 * its own inputs, which are rows of the weights, forward and for the weights' gradient. These are also the rows that it
 * updates (update.c), so they stay in its own cache from step to step. Forward the threads' partial outputs are then
 * summed in the order of the threads. */
#include "base/gemm.h"
#include "kernels/activate.h"
#include "kernels/kernels.h"
#include "kernels/moments.h"
#include "kernels/product.h"

enum {
    /* Whole panels and whole cache lines. */
    COLUMN_GRAIN = (int)TILE_COLUMNS > (int)LINE_FLOATS ? (int)TILE_COLUMNS : (int)LINE_FLOATS,
    EVEN_ENOUGH = 4,              /* panels for each thread from which on uneven shares are accepted */
    DEEP = 8,                     /* inputs for each image and thread from which on the inputs are divided */
    SMALL_MOST = 16 * 1024 * 1024 /* multiplications; for more, OpenBLAS's preparation pays off (measured) */
};

/* A thread's share of a result. */
struct block {
    struct share rows, columns;
};

static int column_groups(int64_t columns, int threads)
{
    int64_t panels = int64_ceil_div(columns, COLUMN_GRAIN);
    int groups = threads;

    while (threads % groups != 0 || (panels % groups != 0 && panels < (int64_t)EVEN_ENOUGH * groups))
        groups--;
    return groups;
}

static struct block block_of(const struct kernel_task *task, int64_t rows, int64_t row_grain, int64_t columns)
{
    int groups = column_groups(columns, task->threads);

    return (struct block){ team_share(rows, row_grain, task->thread / groups, task->threads / groups),
                           team_share(columns, COLUMN_GRAIN, task->thread % groups, groups) };
}

static bool is_deep(const struct op_dense *dense, int64_t rows, int threads)
{
    return threads > 1 && (int64_t)DEEP * rows * threads <= dense->inputs &&
           (int64_t)LINE_FLOATS * threads <= dense->inputs; /* some for each thread */
}

static struct share inputs_of(const struct kernel_task *task)
{
    return team_share(task->op->dense.inputs, LINE_FLOATS, task->thread, task->threads);
}

/* Scratch memory for products, then a thread's partial outputs. */
static size_t dense_workspace(const struct op *op, int batch, int threads)
{
    int64_t rows = op->dense.inputs / ((int64_t)DEEP * threads); /* more are not deep */

    return (PRODUCT_SMALL_SCRATCH + (size_t)int64_min(rows, batch) * (size_t)op->dense.outputs) * sizeof(float);
}

/* A thread's block of it may be that large. */
static bool dense_calls_gemm(const struct op *op, int batch)
{
    return (int64_t)batch * op->dense.inputs * op->dense.outputs > SMALL_MOST;
}

static float *partial_outputs(const struct kernel_task *task, int thread)
{
    return (float *)kernel_workspace(task, thread) + PRODUCT_SMALL_SCRATCH;
}

static struct matrix matrix_of(struct strided x)
{
    return (struct matrix){ x.at, x.columns == 1 ? x.rows : x.columns, .transposed = x.columns != 1 };
}

/* A block of C = A B, where A has `depth` columns. */
static void block_product(const struct kernel_task *task, struct block block, int64_t depth, struct strided a,
                          struct strided b, float *c, int64_t c_row)
{
    int64_t rows = block.rows.end - block.rows.begin, columns = block.columns.end - block.columns.begin;

    a.at += block.rows.begin * a.rows;
    b.at += block.columns.begin * b.columns;
    c += block.rows.begin * c_row + block.columns.begin;
    if (rows * columns * depth <= SMALL_MOST)
        product_small(rows, columns, depth, a, b, c, c_row, kernel_workspace(task, task->thread));
    else
        gemm(rows, columns, depth, matrix_of(a), matrix_of(b), c, c_row, false);
}

/* Outputs begin..end-1, in the order of memory. */
static void sum_partials(const struct kernel_task *task, struct share share, float *y)
{
    memcpy(y + share.begin, partial_outputs(task, 0) + share.begin, (size_t)(share.end - share.begin) * sizeof *y);
    for (int thread = 1; thread < task->threads; thread++) {
        const float *part = partial_outputs(task, thread);

        INDEPENDENT
        for (int64_t i = share.begin; i < share.end; i++)
            y[i] += part[i];
    }
}

static void dense_by_inputs(const struct kernel_task *task)
{
    const struct op_dense *dense = &task->op->dense;
    int64_t inputs = dense->inputs, outputs = dense->outputs, rows = task->step->rows;
    struct share own = inputs_of(task), images = team_share(rows, 1, task->thread, task->threads);
    const struct block whole = { { 0, rows }, { 0, outputs } };
    float *y = task->out[0];

    block_product(task, whole, own.end - own.begin,
                  (struct strided){ (const float *)task->in[0] + own.begin, inputs, 1 },
                  (struct strided){ (const float *)task->in[1] + own.begin * outputs, outputs, 1 },
                  partial_outputs(task, task->thread), outputs);
    kernel_barrier(task);
    sum_partials(task, (struct share){ images.begin * outputs, images.end * outputs }, y);
    activate_rows(dense->activation, dense->slope, task->in[2], y + images.begin * outputs, images.end - images.begin,
                  outputs, outputs);
}

static void dense(const struct kernel_task *task)
{
    const struct op_dense *dense = &task->op->dense;
    const float *b = task->in[2];
    int64_t inputs = dense->inputs, outputs = dense->outputs;
    struct block block = block_of(task, task->step->rows, 1, outputs);

    if (is_deep(dense, task->step->rows, task->threads)) {
        dense_by_inputs(task);
        return;
    }
    block_product(task, block, inputs, (struct strided){ task->in[0], inputs, 1 },
                  (struct strided){ task->in[1], outputs, 1 }, task->out[0], outputs);
    activate_rows(dense->activation, dense->slope, b ? b + block.columns.begin : NULL,
                  (float *)task->out[0] + block.rows.begin * outputs + block.columns.begin,
                  block.rows.end - block.rows.begin, block.columns.end - block.columns.begin, outputs);
}

const struct kernel kernel_dense = { .run = dense, .workspace = dense_workspace, .calls_gemm = dense_calls_gemm };

static void dense_input_gradient(const struct kernel_task *task)
{
    const struct op_dense *dense = &task->op->dense;
    int64_t inputs = dense->inputs, outputs = dense->outputs;

    block_product(task, block_of(task, task->step->rows, 1, inputs), outputs,
                  (struct strided){ task->in[0], outputs, 1 }, (struct strided){ task->in[1], 1, outputs },
                  task->out[0], inputs);
}

const struct kernel kernel_dense_input_gradient = {
    .run = dense_input_gradient, .workspace = dense_workspace, .calls_gemm = dense_calls_gemm
};

static void bias_gradient(const float *dy, int64_t rows, int64_t outputs, struct share columns, float *db)
{
    enum { CHUNK = 64 };

    for (int64_t column = columns.begin; column < columns.end; column += CHUNK) {
        int64_t width = int64_min(columns.end - column, CHUNK);
        double sums[CHUNK] = { 0 };

        moments_sum(dy + column, rows, width, outputs, sums);
        for (int64_t i = 0; i < width; i++)
            db[column + i] = (float)sums[i];
    }
}

static void dense_weight_gradient(const struct kernel_task *task)
{
    const struct op_dense *dense = &task->op->dense;
    int64_t inputs = dense->inputs, outputs = dense->outputs, rows = task->step->rows;
    struct block block = block_of(task, inputs, LINE_FLOATS, outputs);

    if (is_deep(dense, rows, task->threads))
        block = (struct block){ inputs_of(task), { 0, outputs } };
    block_product(task, block, rows, (struct strided){ task->in[0], 1, inputs },
                  (struct strided){ task->in[1], outputs, 1 }, task->out[0], outputs);
    if (task->out[1] && block.rows.begin == 0)
        bias_gradient(task->in[1], rows, outputs, block.columns, task->out[1]);
}

const struct kernel kernel_dense_weight_gradient = {
    .run = dense_weight_gradient, .workspace = dense_workspace, .calls_gemm = dense_calls_gemm
};
